"""An evaluation of more cells than a page draws: figures of all of them, and one part at a time."""

import pytest

from evaluation.views import overview as drawn
from tests.factories import make_card, make_cell, make_checkpoint, make_evaluation, make_run, make_score, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(monkeypatch, owner):
    """Three models on four tasks, drawn five cells at a time: the second model is cut in two."""
    monkeypatch.setattr(drawn, "DRAWN_AT_MOST", 5)
    tasks = [make_task(f"t{number}") for number in range(4)]
    cells = []
    for name in ("Ash", "Elm", "Oak"):
        checkpoint = make_checkpoint(make_card(name))
        run = make_run(checkpoint, "failed" if name == "Oak" else "queued", requested_by=owner)
        state = "failed" if name == "Oak" else "queued"
        cells += [make_cell(checkpoint, task, state, run=run, reason="no data" * (name == "Oak")) for task in tasks]
    return make_evaluation(cells, owner, note="large")


def parts(client, evaluation):
    return [client.get(f"/evaluations/{evaluation.pk}/?page={number}") for number in (1, 2, 3)]


def test_the_figures_are_of_all_cells_on_every_part(client, large):
    for answer in parts(client, large):
        assert (answer.context["summary"].total, answer.context["summary"].failed) == (12, 4)
        assert "0 of 12" in answer.content.decode()


def test_every_cell_is_drawn_in_exactly_one_part(client, large):
    rows = [row.cell.pk for answer in parts(client, large) for panel in answer.context["panels"] for row in panel.rows]
    assert sorted(rows) == sorted(large.cells.values_list("pk", flat=True))
    squares = [
        square
        for answer in parts(client, large)
        for row in answer.context["matrix"].rows
        for square in row.squares
        if square
    ]
    assert len(squares) == 12


def test_a_run_that_is_cut_in_two_counts_all_its_cells_in_both(client, large):
    first, second, _third = parts(client, large)
    counts = [
        panel.summary.total for answer in (first, second) for panel in answer.context["panels"] if panel.name == "Elm"
    ]
    assert counts == [4, 4]


def test_failures_are_told_on_every_part(client, large):
    for answer in parts(client, large):
        assert [failure.reason for failure in answer.context["failures"]] == ["no data"]
    large.cells.update(state="failed", reason="no data")
    answer = client.get(f"/evaluations/{large.pk}/")
    assert answer.context["further_failed"] == 7
    assert "7 more cells failed" in answer.content.decode()


def test_parts_are_turned_by_address_and_the_live_part_stays_where_it_is(client, large, part):
    page = client.get(f"/evaluations/{large.pk}/?page=2", **part("live")).content.decode()
    assert "6 to 10 of 12" in page
    assert "?page=3" in page
    assert "Oak" in page
    assert client.get(f"/evaluations/{large.pk}/?page=nonsense").status_code == 200


def test_a_group_is_whole_though_its_model_is_cut(client, large):
    group = make_task(
        "all", kind="group", members=[f"t{n}" for n in range(4)], aggregates=[{"metric": "acc", "weight_by_size": True}]
    )
    large.request["tasks"] = [group.name]
    large.save()
    large.cells.update(state="done")
    for cell in large.cells.all():
        make_score(cell, "acc", 0.5)
    _first, second, _third = parts(client, large)
    found = {each.checkpoint.card.name: each for each in second.context["groups"]}
    assert (found["Elm"].tasks, len(found["Elm"].parts)) == (4, 4)
    assert found["Elm"].scores[0].value == pytest.approx(0.5)


def test_a_small_evaluation_has_no_parts(client, owner):
    evaluation = make_evaluation([make_cell()], owner)
    page = client.get(f"/evaluations/{evaluation.pk}/").content.decode()
    assert "one part of them" not in page


def test_the_queries_of_a_part_do_not_grow_with_the_evaluation(client, large, django_assert_max_num_queries):
    for number in range(40):
        large.wants.create(cell=make_cell(make_checkpoint(), make_task(f"more{number}")), asked_fewshot=0)
    with django_assert_max_num_queries(24):
        client.get(f"/evaluations/{large.pk}/?page=2")
