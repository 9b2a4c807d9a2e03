"""The 62 nodes of the hand-drawn tree (arXiv 2304.13712) in the tree that is drawn from the shipped catalog."""

import csv
import json
import re

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from modelcards.tree.select import LANDMARKS
from tests.modelcards.tree.rows import shipped

BY_INTENT = {"unilm", "unilm-v2", "ernie-3.0", "glm-10b", "chatglm-6b"}
"""Prefix-LMs here; the hand-drawn tree has four of them among encoder-decoders and ERNIE 3.0 among decoders."""
BRANCH = {"pre-transformer": "before"}
with LANDMARKS.open(encoding="utf-8", newline="") as file:
    DRAWN_BY_HAND = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def nodes(django_db_setup, django_db_blocker):
    """What the API answers of the shipped catalog's landmarks, by slug."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_catalog", verbosity=0)
        answer = Client().get("/api/v1/tree?show=landmarks").json()
        transaction.set_rollback(True)
    return {node["slug"]: node for node in answer["nodes"]}


def test_the_reference_holds_62_nodes_and_says_which_five_differ():
    assert len(DRAWN_BY_HAND) == 62
    assert {row["slug"] for row in DRAWN_BY_HAND if row["family_differs"]} == BY_INTENT


def test_all_are_there_and_nothing_else_is(nodes):
    assert set(nodes) == {row["slug"] for row in DRAWN_BY_HAND}


@pytest.mark.parametrize("row", DRAWN_BY_HAND, ids=lambda row: row["slug"])
def test_each_stands_on_its_branch_with_its_openness_and_its_date(nodes, row):
    node = nodes[row["slug"]]
    assert node["branch"] == ("prefix-lm" if row["slug"] in BY_INTENT else BRANCH.get(row["branch"], row["branch"]))
    assert node["open_weights"] is (row["drawn_open"] == "yes") or row["openness_differs"]
    assert node["open_weights"] == next(one for one in shipped() if one.slug == row["slug"]).open_weights
    assert node["release_date"] == row["release_date"]
    assert node["x"] is not None
    assert node["y"] is not None


def test_later_is_higher(nodes):
    """By the day where it is known: of a month the middle is drawn."""
    known = sorted((node for node in nodes.values() if len(node["release_date"]) == 10), key=lambda one: one["y"])
    days = [node["release_date"] for node in known]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("instructgpt", "gpt-3-175b"),
        ("bloomz-176b", "bloom-176b"),
        ("flan-t5-xxl", "t5-11b"),
        ("chatglm-6b", "glm-10b"),
        ("distilbert", "bert-large"),
        ("sparrow", "chinchilla-70b"),
    ],
)
def test_lines_of_descent_are_those_of_the_papers(nodes, child, parent):
    assert nodes[child]["parent"] == parent


@pytest.mark.django_db
def test_the_page_draws_all_of_them(client):
    call_command("load_catalog", verbosity=0)
    text = client.get("/tree/?show=landmarks").content.decode()
    found = re.search(r'<script id="tree-nodes" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    assert set(json.loads(found[1])) == {row["slug"] for row in DRAWN_BY_HAND}
