"""Facts that people enter and choose, and who may read a card."""

import pytest

from modelcards.actions import FactError, NotAllowed, card_share, fact_choose, fact_state
from modelcards.models import CardChange, Fact
from tests.factories import make_card, make_fact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(owner):
    return make_card("Tree", owner=owner, parameters=7 * 10**9)


def test_the_owner_enters_a_fact_and_it_is_shown_and_noted(card, owner):
    make_fact(card, "parameters", "7000000000")
    fact_state(user=owner, card=card, field="parameters", value="6.7B", source="2302.13971")
    card.refresh_from_db()
    assert card.parameters == 6_700_000_000
    change = CardChange.objects.get()
    assert change.who == owner
    assert change.before == {"parameters": "7000000000", "parameters source": "arXiv:2302.13971"}
    assert change.after == {"parameters": "6.7B", "parameters source": "2302.13971"}


def test_the_owner_chooses_among_sources(card, owner):
    make_fact(card, "parameters", "7000000000")
    other = make_fact(card, "parameters", "8000000000", source="a blog", chosen=False)
    fact_choose(user=owner, fact=other)
    card.refresh_from_db()
    assert card.parameters == 8_000_000_000
    assert Fact.objects.get(chosen=True, field="parameters").chosen_by == "owner"


def test_nobody_else_changes_a_card(card, stranger, teammate):
    fact = make_fact(card, "parameters", "7000000000")
    card.readers.add(teammate)
    for person in (stranger, teammate):
        with pytest.raises(NotAllowed):
            fact_state(user=person, card=card, field="parameters", value="1B", source="a blog")
        with pytest.raises(NotAllowed):
            fact_choose(user=person, fact=fact)
        with pytest.raises(NotAllowed):
            card_share(user=person, card=card, visibility="public", owner=person, readers=[])


@pytest.mark.parametrize(
    ("field", "value", "source"),
    [("parameters", "many", "a blog"), ("height", "3", "a blog"), ("stage", "", "a blog"), ("stage", "base", " ")],
)
def test_a_wrong_fact_is_refused(card, owner, field, value, source):
    with pytest.raises(FactError):
        fact_state(user=owner, card=card, field=field, value=value, source=source)
    assert not Fact.objects.exists()


def test_sharing_is_noted_once(card, owner, teammate):
    for _ in range(2):
        card_share(user=owner, card=card, visibility="restricted", owner=owner, readers=[teammate])
    change = CardChange.objects.get()
    assert change.before == {"visibility": "public", "readers": ""}
    assert change.after == {"visibility": "restricted", "readers": "teammate"}
    card.refresh_from_db()
    assert card.version == 2


def test_an_unknown_visibility_is_refused(card, owner):
    with pytest.raises(ValueError, match="public"):
        card_share(user=owner, card=card, visibility="secret", owner=owner, readers=[])


def test_in_administration_only_sharing_can_be_set(card, signed_in):
    admin = signed_in(make_user("admin", is_staff=True, is_superuser=True))
    address = f"/admin/modelcards/modelcard/{card.pk}/change/"
    page = admin.get(address).content.decode()
    assert 'name="visibility"' in page
    assert 'name="parameters"' not in page
    empty = {"facts-TOTAL_FORMS": 0, "facts-INITIAL_FORMS": 0}
    assert admin.post(address, {"visibility": "internal", "parameters": "1", **empty}).status_code == 302
    card.refresh_from_db()
    assert (card.visibility, card.parameters) == ("internal", 7 * 10**9)
    assert CardChange.objects.get().by == "admin"


@pytest.mark.parametrize("model", ["modelcard", "fact", "checkpoint", "lineage", "organisation"])
def test_administration_shows_staff_only_what_they_may_read(model, signed_in):
    from django.contrib.auth.models import Permission

    staff = make_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename=f"view_{model}"))
    secret = make_card("Hidden Willow", visibility="restricted")
    make_fact(secret, "name", "Hidden Willow")
    response = signed_in(staff).get(f"/admin/modelcards/{model}/")
    assert response.status_code == 200
    assert b"Hidden" not in response.content
