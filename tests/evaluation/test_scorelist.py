"""``GET scores``: what is stored, and behind it the groups."""

import pytest

from tests.factories import make_benchmark, make_card, make_cell, make_checkpoint, make_score, make_task

pytestmark = pytest.mark.django_db
ACC = [{"metric": "acc", "filter_list": None, "weight_by_size": True}]


@pytest.fixture
def oak():
    """A model that answers both parts of one group, at no shots and at five, and one part of another group."""
    card = make_card("Oak")
    checkpoint = make_checkpoint(card)
    make_task("whole", kind="group", members=["a", "b"], aggregates=ACC)
    make_task("wider", kind="group", members=["whole", "c"], aggregates=ACC)
    make_task("c")
    for name, value, n in (("a", 0.5, 100), ("b", 0.9, 300)):
        task = make_task(name)
        for shots in (0, 5):
            make_score(make_cell(checkpoint, task, "done", num_fewshot=shots), "acc", value, n=n)
    return card


def listed(client, query):
    return client.get(f"/api/v1/scores?{query}").json()


def groups(client, query):
    return [(one["task"], one["num_fewshot"]) for one in listed(client, query)["items"] if one["parts"]]


def test_groups_that_are_measured_whole_follow_where_a_model_or_a_task_is_named(client, oak):
    make_benchmark("the_whole", task_name="whole")
    for query in ("model=oak", "task=whole", "task=the_whole", "task=whole&task=a&model=oak&origin=measured"):
        assert groups(client, query) == [("whole", 0), ("whole", 5)]
    for query in ("", "task=a", "task=wider", "model=elm", "model=oak&origin=published", "task=whole&model=elm"):
        assert groups(client, query) == []
    assert groups(client, "model=oak&num_fewshot=5") == [("whole", 5)]


def test_a_group_tells_its_value_and_of_how_many_tasks_it_is_made(client, oak):
    [one] = listed(client, "task=whole&num_fewshot=0")["items"]
    assert one["value"] == pytest.approx(0.8)
    told = {name: one[name] for name in ("model", "checkpoint", "metric", "filter", "n", "origin", "run", "parts")}
    assert told == {
        "model": "oak", "checkpoint": "main", "metric": "acc", "filter": "none", "n": 400, "origin": "measured",
        "run": None, "parts": 2,
    }  # fmt: skip
    assert one["comparable_key"]
    assert one["higher_is_better"] is True


def test_the_list_goes_on_over_pages(client, oak):
    whole = listed(client, "model=oak")
    assert (whole["count"], len(whole["items"])) == (6, 6)
    found, address = [], "/api/v1/scores?model=oak&page_size=4"
    while address:
        page = client.get(address).json()
        assert page["count"] == 6
        found += page["items"]
        address = page["next"]
    assert found == whole["items"]
    assert listed(client, "model=oak&page_size=4&page=3")["items"] == []


def test_a_stranger_sees_no_group_of_a_restricted_or_an_archived_card(client, oak, owner, signed_in):
    oak.visibility, oak.owner = "restricted", owner
    oak.save()
    assert groups(client, "task=whole") == []
    assert len(groups(signed_in(owner), "task=whole")) == 2
    oak.visibility, oak.archived_at = "public", oak.created_at
    oak.save()
    assert groups(client, "task=whole") == groups(client, "model=oak") == []
