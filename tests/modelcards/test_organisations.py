"""Organisations are found by what else they are called."""

import pytest

from modelcards.models import ModelCard
from modelcards.organisations import FILE, other_names
from modelcards.tables import read_table
from tests.factories import make_card, make_organisation


@pytest.mark.parametrize(
    ("search", "slug"), [("智谱", "glm"), ("文心", "ernie"), ("清华大学", "glm"), ("ernie 百度", "ernie")]
)
def test_a_chinese_name_finds_the_models_of_its_organisation(client, db, search, slug):
    glm, ernie, oak = (make_card(name) for name in ("GLM", "ERNIE", "Oak"))
    make_organisation("Zhipu AI", [glm])
    make_organisation("Tsinghua", [glm])
    make_organisation("Baidu", [ernie])
    found = client.get("/api/v1/models", {"search": search}).json()["items"]
    assert [item["slug"] for item in found] == [slug]
    assert ModelCard.objects.filter(pk=oak.pk).exists()


def test_every_name_has_a_source_and_no_organisation_is_there_twice():
    rows = read_table(FILE, FILE.name, ("organisation", "other_names", "source"), ())
    assert len({row["organisation"] for row in rows}) == len(rows) > 5
    assert all(row["source"].startswith("https://") and other_names(row["organisation"]) for row in rows)
    assert other_names("Nobody") == ()
