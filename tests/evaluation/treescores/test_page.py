"""The tree's page with scores: colours, hover lines, and addresses of former versions."""

import json
import re
from datetime import date

import pytest

from tests.factories import make_benchmark, make_card, make_published

pytestmark = pytest.mark.django_db


def make_tree(name, year=2021, **fields):
    return make_card(name, release_date=date(year, 5, 1), architecture_family="decoder-only", **fields)


def hover_of(page: str, name: str) -> str:
    """What the pointer is told at a chip of the picture."""
    (figure,) = re.findall(r'<script id="tree-figure" type="application/json">(.*?)</script>', page, re.DOTALL)
    told = [text for trace in json.loads(figure)["data"] for text in trace.get("hovertext", ())]
    return next(text for text in told if f"<b>{name}</b>" in text)


def test_a_chip_tells_its_best_known_scores(client) -> None:
    make_published(make_tree("Oak"), make_benchmark("mmlu", name="MMLU"), 0.625, num_fewshot=5)
    make_tree("Elm", 2022)
    page = client.get("/tree/").content.decode()
    assert "MMLU, 5-shot: 0.625 (published)" in hover_of(page, "Oak")
    assert "MMLU" not in hover_of(page, "Elm")


def test_the_tree_is_coloured_by_any_score_and_says_where_there_is_none(client) -> None:
    make_published(make_tree("Oak"), make_benchmark("odd_task", name="Odd task"), 0.625, num_fewshot=3)
    make_tree("Elm", 2022)
    page = client.get("/tree/?colour=score&task=odd_task&shots=3").content.decode()
    assert hover_of(page, "Oak").count("Odd task, 3-shot: 0.625 (published)") == 1
    assert "no score" in hover_of(page, "Elm").lower()
    assert "Odd task, 3-shot" in page


def test_an_address_of_a_former_version_colours_as_it_did(client) -> None:
    make_published(make_tree("Oak"), make_benchmark("mmlu", name="MMLU"), 0.625, num_fewshot=5)
    page = client.get("/tree/?colour=mmlu-5").content.decode()
    assert "MMLU, 5-shot" in page
    assert "0.625" in hover_of(page, "Oak")


def test_scores_of_hidden_models_leave_no_trace(client, admin_client) -> None:
    make_tree("Elm")
    hidden = make_tree("Oak", 2022, visibility="restricted")
    make_published(hidden, make_benchmark("secret", name="Secret task"), 0.625)
    for address in ("/tree/", "/tree/?colour=score", "/tree/?colour=score&task=secret&shots=0"):
        assert "Secret task" in admin_client.get(address).content.decode()
        page = client.get(address).content.decode()
        assert "Secret task" not in page
        assert "Oak" not in page
        assert "0.625" not in page
