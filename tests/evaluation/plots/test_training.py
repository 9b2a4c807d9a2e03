"""Curves along training, over rows of a database."""

import pytest

from tests.evaluation.plots.test_page import figure
from tests.factories import make_benchmark, make_card, make_cell, make_checkpoint, make_imported, make_score, make_task

pytestmark = pytest.mark.django_db
STEPS = (0, 1, 512, 143_000)


def trained(name, task, values, **fields):
    """A model with scored checkpoints at ``STEPS``."""
    card = make_card(name)
    for step, value in zip(STEPS, values, strict=True):
        checkpoint = make_checkpoint(card, path="", revision=f"step{step}", step=step, **fields)
        make_imported(checkpoint, task, value)
    return card


@pytest.fixture
def oak():
    make_benchmark("swag", name="Swag")
    return trained("Oak", make_task("swag"), (0.25, 0.26, 0.3, 0.6))


def curves(client, words=""):
    return client.get(f"/api/v1/plots?view=training{words}").json()["curves"]


def test_a_model_has_a_curve_through_all_its_checkpoints(client, oak):
    (curve,) = curves(client)
    assert [(point["x"], point["value"]) for point in curve["points"]] == [
        *zip(STEPS, (0.25, 0.26, 0.3, 0.6), strict=True)
    ]
    assert (curve["model"], curve["task"], curve["origin"]) == ("oak", "swag", "imported")


def test_untrained_weights_stand_at_the_left_edge_of_a_logarithmic_axis(client, oak):
    drawn = figure(client.get("/plots/?view=training"), "panel-0")
    (line,) = [trace for trace in drawn["data"] if trace["mode"] == "lines+markers"]
    assert line["x"] == [0.5, 1, 512, 143_000]
    axis = drawn["layout"]["xaxis"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True))[0.5] == "0"
    linear = figure(client.get("/plots/?view=training&x_scale=linear"), "panel-0")
    assert [trace["x"][0] for trace in linear["data"] if trace["mode"] == "lines+markers"] == [0]


def test_a_model_with_one_scored_checkpoint_has_no_curve(client, oak):
    make_imported(make_checkpoint(make_card("Elm"), path="", step=5), make_task("other"), 0.5)
    assert {one["model"] for one in curves(client)} == {"oak"}
    assert curves(client, "&task=other") == []


def test_scores_measured_otherwise_are_in_no_curve_and_counted(client, oak):
    checkpoint = make_checkpoint(oak, path="", revision="step9", step=9)
    make_imported(checkpoint, make_task("swag2"), 0.9)
    cell = make_cell(checkpoint, oak.scores.first().cell.task, "done")
    make_score(cell, value=0.9, origin="imported", comparable_key="f" * 64)
    assert 9 not in [point["x"] for point in curves(client)[0]["points"]]
    assert "1 score was measured in another way" in client.get("/plots/?view=training").content.decode()


def test_the_axis_of_tokens_takes_checkpoints_that_state_them(client, oak):
    assert (
        "No scored checkpoint states how many tokens" in client.get("/plots/?view=training&x=tokens").content.decode()
    )
    card = make_card("Ash")
    for tokens in (10**9, 10**10):
        checkpoint = make_checkpoint(card, path="", revision=f"t{tokens}", tokens_seen=tokens)
        make_imported(checkpoint, oak.scores.first().cell.task, 0.5)
    (curve,) = curves(client, "&x=tokens")
    assert [point["x"] for point in curve["points"]] == [10**9, 10**10]


def test_without_a_task_the_benchmarks_are_drawn_and_not_every_part_of_a_group(client, oak):
    trained("Elm", make_task("swag_part"), (0.1, 0.2, 0.3, 0.4))
    assert {one["task"] for one in curves(client)} == {"swag"}
    assert {one["task"] for one in curves(client, "&task=swag_part")} == {"swag_part"}


def test_beyond_eight_models_the_rest_is_counted(client, oak):
    task = oak.scores.first().cell.task
    for number in range(9):
        trained(f"Tree {number}", task, (0.1, 0.2, 0.3, 0.4))
    assert len(curves(client)) == 8
    assert "2 more models have curves" in client.get("/plots/?view=training").content.decode()


def test_each_model_has_a_colour_and_a_shape_of_its_own(client, oak):
    trained("Elm", oak.scores.first().cell.task, (0.1, 0.2, 0.3, 0.4))
    drawn = figure(client.get("/plots/?view=training"), "panel-0")["data"]
    lines = [trace for trace in drawn if trace["mode"] == "lines+markers"]
    assert len({(line["line"]["color"], line["marker"]["symbol"], line["line"]["dash"]) for line in lines}) == 2


def test_the_table_and_the_file_hold_the_same_values(client, oak):
    page = client.get("/plots/?view=training").content.decode()
    assert all(f">{text}" in page for text in ("143,000", "0.260", "0.600"))
    lines = client.get("/plots/?view=training&format=csv").content.decode().splitlines()
    assert len(lines) == 1 + len(STEPS)
    assert lines[-1].startswith("Oak,oak,1000000,swag,143000,0.6,")


def test_curves_of_hidden_models_are_for_their_readers_alone(client, oak, owner, signed_in):
    oak.visibility, oak.owner = "restricted", owner
    oak.save()
    assert curves(client) == []
    assert len(curves(signed_in(owner))) == 1
