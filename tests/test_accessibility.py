"""Every page of the catalog under axe-core, at a desk's and a phone's width, light and dark."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page

from modelcards.actions import card_archive, card_edit
from modelcards.edits import CardEdit, StatedFact
from modelcards.models import CardChange, ModelCard
from modelcards.urls import urlpatterns
from tests.accessibility import assert_accessible
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_fact,
    make_lineage,
    make_organisation,
    make_published,
    make_score,
    make_task,
    make_user,
)
from tests.shown import Shown, at, each, submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def last() -> int:
    """The number of the last change."""
    return CardChange.objects.latest("pk").pk


TEXT = (
    "# Oak\n\nA model of [trees](https://example.org).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nprint(1)\n```\n"
)
FILTERS = (
    "search=oak&architecture_family=decoder-only&architecture_family=encoder-only&parameters_min=1K&chosen=oak,elm"
)


def preview(page: Page) -> None:
    page.fill("#f-layers", "32")
    submit(page, "#edit button[name=preview]")


def save_what_is_wrong(page: Page) -> None:
    page.fill("#f-parameters", "many")
    submit(page, "#edit [data-save]")
    page.wait_for_selector("[aria-invalid=true]")


def meet_a_conflict(page: Page) -> None:
    """Somebody else saves the same field first."""
    page.fill("#f-layers", "32")
    card, person = ModelCard.objects.get(slug="oak"), User.objects.get(username="administrator")
    theirs = CardEdit({"layers": StatedFact("31", "a paper")}, "# Oak\n\nAnother text.")
    card_edit(user=person, card=card, version=card.version, changes=theirs)
    submit(page, "#edit [data-save]")


def upload(page: Page) -> None:
    """A catalog of a new card, a changed one and one that is refused; checked by the page's script."""
    rows = b"slug,name,parameters,confidence\nfir,Fir,1B,checked\noak,Oak,8B,checked\nyew,Yew,many,checked\n"
    page.set_input_files("#files", {"name": "models.csv", "mimeType": "text/csv", "buffer": rows})
    submit(page, "main form [type=submit]")
    page.wait_for_selector("nav.outcomes")


def import_it(page: Page) -> None:
    upload(page)
    submit(page, "form[action$='/start/'] button")
    page.wait_for_selector("nav.outcomes")


PAGES = [
    Shown("home", at("home")),
    Shown("models", at("modelcards:browse")),
    Shown("models with filters", at("modelcards:browse", query=FILTERS)),
    Shown("models, wrong filters", at("modelcards:browse", query="parameters_min=big&stage=nonsense")),
    Shown("models, columns open", at("modelcards:browse"), lambda page: page.click("#columns > summary")),
    Shown("models, keys open", at("modelcards:browse"), lambda page: page.keyboard.press("?"), widths=(1440,)),
    Shown("models, none found", at("modelcards:browse", query="search=nothing-of-that-name")),
    Shown("models, sheet open", at("modelcards:browse"), lambda page: page.click("#filters-link"), widths=(390,)),
    Shown("models as cards", at("modelcards:browse", query="view=cards&chosen=oak")),
    Shown("models as a scatter", at("modelcards:browse", query="view=scatter&chosen=oak")),
    Shown("models, all columns", at("modelcards:browse", query="columns=organisation,language,modality,objective")),
    Shown("models, saved searches open", at("modelcards:browse"), lambda page: page.click("#saved summary")),
    Shown("models, line for the shell open", at("modelcards:browse"), lambda page: page.click("#api summary")),
    Shown("saved searches", at("modelcards:searches")),
    Shown("models, nobody signed in", at("modelcards:browse"), signed_in=False),
    Shown("card", at("modelcards:card", "oak")),
    Shown("card, nobody signed in", at("modelcards:card", "elm"), signed_in=False),
    Shown("history", at("modelcards:history", "oak")),
    Shown("a change", at("modelcards:change", "oak", last)),
    Shown("descendants", at("modelcards:descendants", "oak")),
    Shown("edit", at("modelcards:edit", "oak")),
    Shown("edit, preview", at("modelcards:edit", "oak"), preview),
    Shown("edit, wrong value", at("modelcards:edit", "oak"), save_what_is_wrong),
    Shown("edit, conflict", at("modelcards:edit", "oak"), meet_a_conflict),
    Shown("new card", at("modelcards:new")),
    Shown("rename", at("modelcards:rename", "oak")),
    Shown("archive", at("modelcards:archive", "oak")),
    Shown("archived", at("modelcards:archived")),
    Shown("restore", at("modelcards:restore", "yew-archived")),
    Shown("import", at("modelcards:import")),
    Shown("import, checked", at("modelcards:import"), upload),
    Shown("import, done", at("modelcards:import"), import_it),
    Shown("export, refused", at("modelcards:export", query="format=nonsense")),
    Shown("tree", at("modelcards:tree"), afresh=True),
    Shown(
        "tree-list",
        at("modelcards:tree", query="view=list"),
        lambda page: page.click("#tree-filters > summary"),
        afresh=True,
    ),
    Shown("tree in a frame", at("modelcards:tree-embed"), afresh=True),
    Shown("compare", at("evaluation:compare", query="models=oak,elm")),
    Shown("compare, nothing chosen", at("evaluation:compare")),
    Shown("sign in", at("login"), signed_in=False),
    Shown("tokens", at("tokens")),
    Shown("people and roles", at("roles")),
    Shown("tasks", at("evaluation:tasks")),
    Shown("nodes", at("evaluation:nodes")),
    Shown("evaluations", at("evaluation:evaluations")),
    Shown("no such page", at("/models/no-such-model/")),
]


@pytest.fixture
def administrator() -> User:
    return make_user("administrator", is_superuser=True, is_staff=True)


@pytest.fixture
def models(administrator) -> None:
    """Three related models with facts that disagree, weights, scores of two origins and a text."""
    oak = make_card("Oak", card_text=TEXT, parameters=7 * 10**9, training_tokens=10**12, licence_id="llama2", **_day(1))
    elm = make_card("Elm", architecture_family="encoder-only", stage="finetuned", licence="Apache 2.0", **_day(2))
    ash = make_card("Ash", architecture_family="", stage="", open_weights=None, parameters=None, **_day(3))
    make_organisation("House of Trees", [oak, elm])
    for card in (oak, elm, ash):
        make_fact(card, "name", card.name)
    make_lineage(elm, oak)
    make_lineage(ash, elm, "quantized")
    make_fact(oak, "parameters", "7B", citation="https://arxiv.org/abs/2302.13971")
    make_fact(oak, "parameters", "6.7B", chosen=False, source="https://example.org/oak", confidence="unchecked")
    make_fact(oak, "training_note", "Trained for a year and a day.")
    make_fact(oak, "suited_tasks", "shade; acorns")
    make_fact(oak, "limits", "Does not move.")
    checkpoint = make_checkpoint(oak, step=1000, tokens_seen=10**9)
    make_score(make_cell(checkpoint, make_task("acorns"), state="done"))
    make_published(elm, make_benchmark("leaves"))
    card_archive(user=administrator, card=make_card("Yew", slug="yew-archived"))
    for layers, word in (("30", "oaks"), ("", "acorns")):
        wish = CardEdit({"layers": StatedFact(layers, "a paper")}, TEXT.replace("trees", word))
        oak = card_edit(user=administrator, card=oak, version=oak.version, changes=wish)


def _day(month: int) -> dict[str, datetime.date]:
    return {"release_date": datetime.date(2023, month, 1)}


@pytest.mark.parametrize("shown", each(PAGES))
def test_the_page_has_no_serious_violation(shown, models, administrator, onlooker, settings):
    settings.TREE_EMBED_ORIGINS = ("https://example.org",)
    onlooker.check(shown, administrator)


# These answer no page: downloads, parts of pages, and what forms send.
NO_PAGES = {
    "export",
    "family",
    "choose",
    "revert",
    "suggest",
    "readme",
    "import-step",
    "import-start",
    "import-forget",
    "import-report",
}
# Shown under another address, as a form's answer leads there.
REACHED = {"import-page"}


def test_every_page_of_the_catalog_is_among_them():
    named = {f"modelcards:{pattern.name}" for pattern in urlpatterns if pattern.name not in NO_PAGES | REACHED}
    assert named <= {one.address.name for one in PAGES}


def test_the_check_would_notice(live_server, chromium):
    page = chromium.new_page()
    page.goto(live_server.url + reverse("login"))
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/static/hub/icon.svg\"><input>'")
    with pytest.raises(AssertionError, match="image-alt at #main > img"):
        assert_accessible(page, "a page spoilt on purpose")
    page.close()
