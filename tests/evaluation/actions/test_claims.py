"""Claims are stated, changed and removed by who may, and shipped as often as wished."""

import pytest

from evaluation.actions.claim_write import claim_add, claim_change, claim_remove, may_claim
from evaluation.actions.claims_ship import claims_ship
from evaluation.actions.errors import NotAllowed
from evaluation.claims.query import BETTER, PAR, ClaimQuery
from evaluation.core.request import RequestError
from evaluation.models import AuditEntry, Claim
from hub.roles import EDITORS
from tests.evaluation.claims.rows import make_claim
from tests.factories import make_user

pytestmark = pytest.mark.django_db
QUERY = ClaimQuery(BETTER, "oak", ("elm",))


def add(user, sentence="Oak beats Elm.", source="me"):
    return claim_add(user=user, sentence=sentence, source=source, query=QUERY)


def test_editors_and_evaluators_may_state_claims_and_readers_not(client):
    assert may_claim(make_user(roles=(EDITORS,)))
    assert may_claim(make_user())
    reader = make_user(roles=())
    assert not may_claim(reader)
    with pytest.raises(NotAllowed):
        add(reader)


def test_a_claim_is_kept_with_its_query_and_an_address_of_its_own(owner):
    claim, other = add(owner, " Oak beats Elm. "), add(owner)
    assert (claim.slug, claim.sentence, claim.kind, claim.query) == (
        "oak-beats-elm",
        "Oak beats Elm.",
        "better",
        {"kind": "better", "first": "oak", "others": ["elm"]},
    )
    assert other.slug == "oak-beats-elm-2"
    assert AuditEntry.objects.filter(action="claim added").count() == 2


@pytest.mark.parametrize(("sentence", "slug"), [("New", "new-2"), ("???", "claim"), ("x" * 300, "x" * 100)])
def test_an_address_is_never_that_of_another_page(owner, sentence, slug):
    assert add(owner, sentence).slug == slug


@pytest.mark.parametrize("sentence", ["", "  ", "x" * 301, "two\nlines", "nul\0"])
def test_a_sentence_is_one_line_of_bounded_length(owner, sentence):
    with pytest.raises(RequestError) as wrong:
        add(owner, sentence)
    assert list(wrong.value.errors) == ["sentence"]


def test_the_one_who_stated_it_and_administrators_change_and_remove_it(owner, stranger):
    claim = add(owner)
    query = ClaimQuery(PAR, "oak", ("elm",))
    for act in (
        lambda: claim_change(user=stranger, claim=claim, sentence="x", source="", query=query),
        lambda: claim_remove(user=stranger, claim=claim),
    ):
        with pytest.raises(NotAllowed):
            act()
    changed = claim_change(user=owner, claim=claim, sentence="They are equal.", source="", query=query)
    assert (changed.slug, changed.kind) == ("oak-beats-elm", "par")
    claim_remove(user=make_user(is_staff=True), claim=claim)
    assert not Claim.objects.filter(shipped=False).exists()


def test_nobody_changes_those_that_ship():
    person = make_user(is_superuser=True, is_staff=True)
    with pytest.raises(NotAllowed):
        claim_remove(user=person, claim=Claim.objects.filter(shipped=True).first())


def test_there_is_an_end_to_what_one_person_may_state(owner, monkeypatch):
    monkeypatch.setattr("evaluation.actions.claim_write.MOST", 1)
    add(owner)
    with pytest.raises(RequestError):
        add(owner)


def test_shipping_again_restores_what_was_changed_and_takes_away_what_is_no_more_shipped(owner):
    before = list(Claim.objects.filter(shipped=True).values_list("slug", "sentence", "query"))
    Claim.objects.filter(slug=before[0][0]).update(sentence="altered")
    make_claim(slug="former", shipped=True)
    own = make_claim(slug="own", author=owner)
    claims_ship()
    assert list(Claim.objects.filter(shipped=True).values_list("slug", "sentence", "query")) == before
    assert Claim.objects.filter(pk=own.pk).exists()


def test_a_persons_claim_at_the_address_of_a_shipped_one_stays(owner):
    slug = "larger-is-better-within-a-family"
    Claim.objects.filter(slug=slug).delete()
    own = make_claim(slug=slug, author=owner)
    claims_ship()
    own.refresh_from_db()
    assert (own.shipped, own.sentence) == (False, "Oak beats Elm.")
