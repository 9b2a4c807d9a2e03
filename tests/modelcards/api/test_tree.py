"""GET tree: the picture as data."""

from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelcards.filters import known_names
from modelcards.schemas import TreeOut
from modelcards.tree import grown as module
from modelcards.tree.choice import OWN
from tests.factories import make_card, make_lineage, make_organisation
from tests.modelcards.api.asking import is_problem
from tests.modelcards.api.test_hostile_questions import QUIET, WORDS

pytestmark = pytest.mark.django_db
ALIASES = {"architecture_family", "open_weights", "colour", "task", "shots"}
STABLE = {"slug", "name", "branch", "release_date", "open_weights", "parent", "x", "y"}


def ask(client, query=""):
    answer = client.get(f"/api/v1/tree{query}")
    assert answer.status_code == 200, answer.content
    TreeOut.model_validate(answer.json(), extra="forbid")
    return answer.json()


def slugs(document):
    return {node["slug"] for node in document["nodes"]}


@pytest.fixture
def oaks(db):
    """A base model in two sizes, a younger one tuned from it, an encoder, and what has no place."""
    small, large = (
        make_card(f"Oak {size}B", parameters=size * 10**9, release_date=date(2021, 5, 1), release_precision="month")
        for size in (1, 7)
    )
    make_organisation("House of Trees", [small, large])
    acorn = make_card("Acorn", release_date=date(2022, 6, 3))
    make_lineage(acorn, small, relation="finetune")
    make_card("Elm", architecture_family="encoder-only", release_date=date(2019, 1, 1), open_weights=None)
    make_card("Timeless")
    make_card("Strange", architecture_family="", release_date=date(2020, 1, 1))


def test_nodes_have_the_stable_fields_edges_and_dates_as_precise_as_known(client, oaks):
    document = ask(client)
    nodes = {node["slug"]: node for node in document["nodes"]}
    assert nodes.keys() == {"oak-7b", "acorn", "elm"}
    assert all(node.keys() >= STABLE for node in nodes.values())
    oak, acorn = nodes["oak-7b"], nodes["acorn"]
    assert (oak["name"], oak["members"], oak["organisation"]) == ("Oak", ["oak-1b", "oak-7b"], ["House of Trees"])
    assert (oak["release_date"], oak["branch"], oak["parent"]) == ("2021-05", "decoder-only", None)
    assert (acorn["parent"], acorn["members"], nodes["elm"]["open_weights"]) == ("oak-7b", ["acorn"], None)
    assert acorn["y"] < oak["y"] < nodes["elm"]["y"] <= document["height"]
    edge = {"child": "acorn", "parent": "oak-7b", "relation": "finetune", "drawn": True}
    assert document["edges"] == [edge]
    assert (document["count"], document["truncated"]) == (6, False)


def test_what_has_no_place_is_counted_and_named(client, oaks):
    document = ask(client)
    assert document["undated"] == {"count": 1, "models": [{"slug": "timeless", "name": "Timeless"}]}
    assert document["no_family"] == {"count": 1, "models": [{"slug": "strange", "name": "Strange"}]}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?show=all", {"oak-1b", "oak-7b", "acorn", "elm"}),
        ("?show=landmarks&focus=acorn", {"acorn"}),
        ("?open=oak-7b", {"oak-1b", "oak-7b", "acorn", "elm"}),
        ("?architecture_family=encoder-only", {"elm"}),
        ("?family=encoder-only", {"elm"}),
        ("?open_weights=yes&parameters_min=2B", {"oak-7b"}),
        ("?open=yes", {"oak-7b", "acorn"}),
        ("?organisation=house-of-trees", {"oak-7b"}),
        ("?search=acorn", {"acorn"}),
        ("?until=2021", {"oak-7b", "elm"}),
        ("?until=1990", set()),
    ],
)
def test_it_takes_the_words_of_the_page(client, oaks, query, shown):
    assert slugs(ask(client, query)) == shown


def test_an_earlier_year_moves_nothing_and_ends_edges(client, oaks):
    now, then = ask(client), ask(client, "?until=2021")
    places = {node["slug"]: (node["x"], node["y"]) for node in now["nodes"]}
    assert {node["slug"]: (node["x"], node["y"]) for node in then["nodes"]}.items() <= places.items()
    assert (then["edges"], then["width"], then["height"]) == ([], now["width"], now["height"])


def test_a_child_older_than_its_parent_is_marked_and_not_drawn_on_it(client, db):
    parent = make_card("Parent", release_date=date(2022, 1, 1))
    make_lineage(make_card("Child", release_date=date(2021, 1, 1)), parent, relation="finetune")
    document = ask(client)
    assert {node["slug"]: node["early"] for node in document["nodes"]} == {"parent": False, "child": True}
    assert document["edges"] == [{"child": "child", "parent": "parent", "relation": "finetune", "drawn": False}]
    [before] = ask(client, "?until=2021")["nodes"]
    assert (before["slug"], before["parent"]) == ("child", None)
    assert ask(client, "?until=2021")["edges"] == []


def test_lineage_in_a_circle_is_answered(client, db):
    ring = [make_card(name, release_date=date(2022, 1, 1)) for name in "ABC"]
    for child, parent in zip(ring, [*ring[1:], ring[0]], strict=True):
        make_lineage(child, parent, relation="merge")
    document = ask(client)
    assert slugs(document) == {"a", "b", "c"}
    assert sum(edge["drawn"] for edge in document["edges"]) == 2


@pytest.mark.parametrize(
    "query", ["until=soon", "show=1", "colour=red", "stage=young", "parameters_max=lots", "page=0"]
)
def test_a_wrong_word_is_a_problem_with_its_field(client, db, query):
    answer = client.get(f"/api/v1/tree?{query}")
    assert is_problem(answer, 422)
    assert list(answer.json()["errors"]) == [query.split("=")[0]]


@given(st.lists(st.tuples(st.sampled_from([*OWN, *known_names(), "family", ""]), WORDS), max_size=4))
@settings(max_examples=40, **QUIET)
def test_any_question_is_answered_or_told(client, oaks, pairs):
    query = "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in pairs)
    answer = client.get(f"/api/v1/tree?{query}")
    assert answer.status_code in (200, 422), (query, answer.content)
    if answer.status_code == 422:
        assert set(answer.json()["errors"]) <= {*(name for name, _value in pairs), *ALIASES}


def test_too_many_for_a_picture_are_named_without_places(client, oaks, monkeypatch):
    monkeypatch.setattr(module, "MOST_DRAWN", 3)
    document = ask(client, "?show=all")
    assert slugs(document) == {"oak-1b", "oak-7b", "acorn", "elm"}
    assert {(node["x"], node["y"]) for node in document["nodes"]} == {(None, None)}
    assert document["edges"][0]["parent"] == "oak-1b"


def test_a_restricted_card_is_in_the_answer_of_its_readers_alone(client, owner, signed_in):
    hidden = make_card("Secret", release_date=date(2021, 5, 1), visibility="restricted", owner=owner)
    make_lineage(make_card("Child", release_date=date(2021, 6, 1)), hidden, relation="finetune")
    assert ask(signed_in(owner))["edges"][0]["parent"] == "secret"
    document = ask(client, "?show=all&focus=secret&open=secret")
    assert "secret" not in str(document)
    assert document["count"] == 1


def test_the_documentation_names_the_words_and_the_filters(client, db):
    told = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/tree"]["get"]["parameters"]
    assert {"show", "until", "open", "focus", "architecture_family", "open_weights"} <= {one["name"] for one in told}
