"""The parts of a card's page: what is stated, what follows from its kind, and what is not known."""

import re
from datetime import date

import pytest
from django.utils import timezone

from modelcards.models import Checkpoint, Withdrawal
from modelcards.suitability import FAMILY_LIMITS, OBJECTIVE_LIMITS, STAGE_LIMITS
from modelcards.taxonomy import FAMILIES, OBJECTIVES, STAGES
from tests.factories import make_card, make_checkpoint, make_fact, make_lineage, make_organisation, make_user

pytestmark = pytest.mark.django_db


def page_of(client, slug, query=""):
    response = client.get(f"/models/{slug}/{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def section(page, key):
    return page.split(f'id="{key}"')[1].split("</section>")[0]


def test_confidence_is_told_and_explained_in_words(client):
    card = make_card("Oak")
    make_fact(card, "parameters", "7B", confidence="inferred")
    make_fact(card, "layers", "12", confidence="checked")
    facts = section(page_of(client, "oak"), "facts")
    assert "<b>inferred</b>: no source says so" in facts
    assert "<b>checked</b>: compared with a copy of the source" in facts
    assert "unchecked" not in facts


def test_a_card_of_which_nothing_is_stated_has_a_page(client):
    make_card("Oak", architecture_family="", stage="", objective="", attention="", parameters=None, open_weights=None)
    page = page_of(client, "oak")
    assert 'href="/models/?architecture_family=unknown">Family not stated</a>' in page
    assert "?stage=" not in page
    assert "?objective=" not in page
    assert "Nobody has written a text for this card yet." in page
    assert 'class="mask"' not in page
    assert "Use and limits" not in page


def test_what_a_person_took_back_says_who(client):
    Withdrawal.objects.create(card=make_card("Oak"), field="parameters", by="editor")
    assert "taken back by editor" in section(page_of(client, "oak"), "facts")


def test_uses_and_limits_of_its_kind_are_told_from_those_of_the_model(client):
    card = make_card("Oak")
    use = section(page_of(client, "oak"), "use")
    assert use.count("No source says it of this model. Of its kind:") == 2
    assert "zero-shot" in use
    make_fact(card, "suited_tasks", "summarisation; chat")
    make_fact(card, "limits", "English only", source="the card")
    use = section(page_of(client, "oak"), "use")
    assert "summarisation, chat" in use
    assert "English only" in use
    assert "Of its kind" not in use


def test_limits_are_those_of_known_kinds():
    assert set(FAMILY_LIMITS) == set(FAMILIES)
    assert set(OBJECTIVE_LIMITS) <= set(OBJECTIVES)
    assert set(STAGE_LIMITS) <= set(STAGES)


def test_how_it_was_trained_has_its_own_sources(client):
    card = make_card("Oak")
    make_fact(card, "objective", "causal-lm")
    make_fact(card, "training_note", "AdamW, 4M tokens a batch", source="the report")
    make_fact(card, "training_data_note", "web", source="a paper")
    make_fact(card, "training_data_note", "books", source="a blog", chosen=False)
    training = section(page_of(client, "oak"), "training")
    for shown in ("AdamW", "the report", "web", "a blog states <b>books</b>", "Predicts each next word"):
        assert shown in training


def test_a_successor_is_told_on_both_cards(client):
    old, new = make_card("Oak"), make_card("Oak Two", release_date=date(2023, 7, 1))
    make_lineage(new, old, "successor")
    assert '<a href="/models/oak-two/">Oak Two</a> (1 Jul 2023)' in page_of(client, "oak").split('id="superseded"')[1]
    assert '<a href="/models/oak/">Oak</a>' in page_of(client, "oak-two").split('id="succeeds"')[1][:300]
    assert 'id="superseded"' not in page_of(client, "oak-two")


def test_an_archived_ancestor_is_a_stub(client):
    leaf, gone = make_card("Leaf"), make_card("Gone", archived_at=timezone.now())
    make_lineage(leaf, gone)
    lineage = section(page_of(client, "leaf"), "lineage")
    assert '<span class="stub">Gone</span>' in lineage
    assert "/models/gone/" not in lineage


def test_the_licence_warning_leads_to_the_licence(client):
    make_card("Oak", licence_id="cc-by-nc-4.0", licence="CC-BY-NC-4.0")
    warning = page_of(client, "oak").split('id="restricted"')[1].split("</p>")[0]
    assert "not for commercial use" in warning
    assert "https://creativecommons.org/licenses/by-nc/4.0/" in warning


@pytest.mark.parametrize(
    ("identifier", "warned"),
    [("cc-by-nc-3.0", True), ("llama3.1", True), ("openrail++", True), ("mit-0", False), ("sync", False)],
)
def test_licences_from_elsewhere_say_by_their_name_what_they_restrict(client, identifier, warned):
    make_card("Oak", licence_id=identifier, licence=identifier)
    assert ("Restricted use." in page_of(client, "oak")) == warned


def test_a_revision_is_chosen_by_its_address(client):
    card = make_card("Oak")
    for step in (1000, 2000):
        make_checkpoint(card, path="", repo_id="oak/acorn", revision=f"step{step}", step=step, tokens_seen=step * 10**6)
    load = section(page_of(client, "oak", "?revision=step1000"), "load")
    assert "revision=&quot;step1000&quot;" in load
    assert "<option selected>step1000</option>" in load
    checkpoints = section(page_of(client, "oak"), "checkpoints")
    assert checkpoints.index("step1000") < checkpoints.index("step2000")
    assert "2 checkpoints along the training" in checkpoints
    assert 'style="left:50.0%"' in checkpoints


def test_of_a_long_text_the_first_part_is_shown_and_the_size_of_all(client):
    make_card("Oak", card_text="word\n" * 400_000)
    page = page_of(client, "oak")
    assert "Only the first part is shown." in page
    assert "1.9" in section(page, "text")
    assert len(page) < 300_000


def test_many_descendants_are_folded_and_lead_to_a_page_of_their_own(client):
    root = make_card("Root")
    for number in range(60):
        make_lineage(make_card(f"Child {number}"), root, "adapter")
    lineage = section(page_of(client, "root"), "lineage")
    assert '<details class="group">' in lineage
    assert '<a href="/models/root/descendants/?relation=adapter">10 more</a>' in lineage
    page = page_of(client, "root", "descendants/?relation=adapter")
    assert page.count('<th scope="row"') == 50
    (following,) = re.findall(r'rel="next" href="(\?[^"]+)"', page)
    assert page_of(client, "root", f"descendants/{following.replace('&amp;', '&')}").count('<th scope="row"') == 10
    assert "None that you may read." in page_of(client, "root", "descendants/?relation=merge&after=nonsense")


def test_a_page_costs_a_fixed_number_of_questions(client, signed_in, django_assert_max_num_queries):
    """Not one more for each fact, checkpoint, change, organisation or descendant."""
    old, new = {"release_date": date(2021, 5, 1)}, {"release_date": date(2022, 5, 1)}
    root, card = make_card("Root", **old), make_card("Oak", card_text="# Use\n\n" + "word " * 800, **new)
    make_lineage(card, root)
    make_organisation("Grove", [card])
    for number in range(12):
        make_fact(card, "layers", str(number + 1), source=f"source {number}", chosen=number == 0)
        make_checkpoint(card, revision=f"step{number}", step=number, path=f"oak/{number}")
        make_lineage(make_card(f"Child {number}", **new), card, "adapter")
        card.changes.create(by="x", after={"layers": str(number)})
    with django_assert_max_num_queries(18):
        page_of(client, "oak")
    editor = signed_in(make_user("editor", is_superuser=True))
    with django_assert_max_num_queries(24):
        page_of(editor, "oak")


def test_checkpoints_beyond_what_a_table_holds_are_counted(client):
    card = make_card("Oak")
    Checkpoint.objects.bulk_create(
        Checkpoint(card=card, revision=f"step{number}", step=number, path="oak") for number in range(210)
    )
    checkpoints = section(page_of(client, "oak"), "checkpoints")
    assert checkpoints.count('<th scope="row"') == 200
    assert "10 more are not shown." in checkpoints


def test_another_base_model_is_told_to_who_may_see_that_card(client, signed_in, owner):
    card, root = make_card("Oak"), make_card("Root")
    make_card("Hidden", visibility="restricted", owner=owner)
    make_card("Elm")
    make_lineage(card, root)
    make_fact(card, "base_model", "root")
    make_fact(card, "base_model", "elm", source="a blog", chosen=False)
    make_fact(card, "base_model", "hidden", source="a rumour", chosen=False)
    lineage = section(page_of(client, "oak"), "lineage")
    assert "a blog states <b>elm</b>" in lineage
    assert "a rumour" not in lineage
    assert "a rumour states <b>hidden</b>" in page_of(signed_in(owner), "oak")


def test_languages_are_told_by_name(client):
    make_fact(make_card("Oak"), "languages", "en; zh; xx-unknown")
    assert "English, Chinese, xx-unknown" in section(page_of(client, "oak"), "facts")
