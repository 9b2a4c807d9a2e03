"""``GET models/<slug>/lineage``."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from modelcards.models import Lineage, ModelCard
from tests.factories import make_card, make_lineage
from tests.modelcards.api.asking import is_problem

pytestmark = pytest.mark.django_db


def ask(client, slug, query=""):
    answer = client.get(f"/api/v1/models/{slug}/lineage{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def family():
    """A base model, forty made from it, and one made from the first of these."""
    base = make_card("Base")
    children = [make_card(f"Child {number:02}") for number in range(40)]
    for child in children:
        make_lineage(child, base, "quantized")
    make_lineage(make_card("Grandchild"), children[0])
    return base


def test_all_steps_are_walked_both_ways(client, family):
    found = ask(client, "child-00")
    assert (found["ancestors"], found["descendants"], found["truncated"]) == (["base"], ["grandchild"], False)
    assert found["links"] == [
        {"child": "child-00", "parent": "base", "relation": "quantized"},
        {"child": "grandchild", "parent": "child-00", "relation": "finetune"},
    ]
    assert len(ask(client, "base")["descendants"]) == 41


def test_a_walk_that_ends_early_says_so(client, family):
    found = ask(client, "base", "?limit=10")
    assert found["descendants"] == [f"child-{number:02}" for number in range(10)]
    assert found["truncated"] is True
    assert len(found["links"]) == 10
    assert ask(client, "base", "?limit=41")["truncated"] is False
    assert is_problem(client.get("/api/v1/models/base/lineage?limit=501"), 422)


def test_it_reads_what_belongs_to_the_model_and_not_the_catalog(client, family):
    make_lineage(make_card("Other Child"), make_card("Other Base"))
    with CaptureQueriesContext(connection) as captured:
        ask(client, "base", "?limit=5")
    assert len(captured) < 12
    links = [query["sql"] for query in captured if '"modelcards_lineage"' in query["sql"]]
    assert all("WHERE" in sql and "LIMIT" in sql for sql in links)


def test_two_ways_to_the_same_model_are_one_model(client):
    base, left, right, last = (make_card(name) for name in ("Base", "Left", "Right", "Last"))
    for child, parent in ((left, base), (right, base), (last, left), (last, right)):
        make_lineage(child, parent)
    found = ask(client, "base", "?limit=3")
    assert (found["descendants"], found["truncated"], len(found["links"])) == (["left", "right", "last"], False, 4)


def test_a_long_chain_ends_and_says_so(client):
    cards = [make_card(f"Link {number}") for number in range(60)]
    Lineage.objects.bulk_create(
        Lineage(child=cards[number + 1], parent=cards[number], relation="successor") for number in range(59)
    )
    found = ask(client, "link-0")
    assert (len(found["descendants"]), found["truncated"]) == (40, True)


def test_a_hidden_model_ends_the_walk_and_an_archived_one_does_not(client, owner):
    base, middle, last = make_card("Base"), make_card("Middle"), make_card("Last")
    make_lineage(middle, base)
    make_lineage(last, middle)
    ModelCard.objects.filter(pk=middle.pk).update(archived_at=timezone.now())
    found = ask(client, "last")
    assert (found["ancestors"], found["archived"]) == (["middle", "base"], ["middle"])
    ModelCard.objects.filter(pk=middle.pk).update(visibility="restricted", owner=owner)
    assert ask(client, "last")["ancestors"] == []
