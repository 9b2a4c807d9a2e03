"""Lines by examples in the prompt, over rows of a database."""

import itertools

import pytest

from evaluation.plots.shots_figure import spread, within
from tests.evaluation.plots.test_page import figure
from tests.factories import make_benchmark, make_card, make_cell, make_checkpoint, make_published, make_score, make_task

pytestmark = pytest.mark.django_db
SERIES = {"Small": (10**8, 0.00), "Middle": (10**9, 0.05), "Large": (10**10, 0.10)}


def told(card, benchmark, values, source="arXiv:2005.14165 Table H.1"):
    """Published values by shots."""
    for shots, value in values.items():
        make_published(card, benchmark, round(value, 3), num_fewshot=shots, source=source)


@pytest.fixture
def series():
    """Three models of one series on two tasks; examples gain the more, the larger a model is."""
    tasks = [make_benchmark("swag", name="Swag"), make_benchmark("quiz", name="Quiz", chance=None)]
    cards = []
    for name, (size, gain) in SERIES.items():
        card = make_card(name, parameters=size)
        cards.append(card)
        for task, few in zip(tasks, (20, 64), strict=True):
            told(card, task, {0: 0.3, 1: 0.3 + gain / 2, few: 0.3 + gain})
    return cards


def answer(client, words=""):
    return client.get(f"/api/v1/plots?view=shots{words}").json()


def test_without_a_task_the_average_of_the_shared_tasks_is_drawn(client, series):
    data = answer(client)
    assert (data["task"], data["tasks"]) == ("average", ["Quiz", "Swag"])
    large = next(one for one in data["curves"] if one["model"] == "large")
    assert [(point["x"], round(point["value"], 3)) for point in large["points"]] == [(0, 0.3), (1, 0.35), (None, 0.4)]


def test_what_examples_gain_is_drawn_against_parameters_with_a_line(client, series):
    data = answer(client, "&task=swag")
    assert {one["model"]: round(one["gain"], 3) for one in data["curves"]} == {"small": 0, "middle": 0.05, "large": 0.1}
    assert data["lines"][0]["slope"] == pytest.approx(0.05)
    page = client.get("/plots/?view=shots&task=swag").content.decode()
    assert "the gain changes by +0.050 for one tenfold parameters (3 models" in page


def test_a_task_that_one_model_lacks_is_left_out_of_the_average_and_named(client, series):
    told(series[0], make_benchmark("alone", name="Alone"), {0: 0.9, 1: 0.9, 5: 0.9})
    data = answer(client)
    assert (data["tasks"], data["left_out"]) == (["Quiz", "Swag"], ["Alone"])
    assert "Left out, since one of them lacks a value: Alone" in client.get("/plots/?view=shots").content.decode()


def test_a_model_with_too_few_of_the_tasks_is_named_and_not_drawn(client, series):
    for number in range(4):
        benchmark = make_benchmark(f"more{number}")
        for card in series:
            told(card, benchmark, {0: 0.5, 1: 0.5, 8: 0.5})
    other = make_card("Stranger")
    told(other, series[0].scores.first().benchmark, {0: 0.1, 1: 0.2, 5: 0.3})
    assert "stranger" not in {one["model"] for one in answer(client)["curves"]}
    assert "fewer than half as many whole tasks: Stranger" in client.get("/plots/?view=shots").content.decode()


def test_no_line_joins_values_of_two_sources(client, series):
    card = make_card("Torn")
    told(card, series[0].scores.first().benchmark, {0: 0.5}, "arXiv:1 Table 1")
    told(card, series[0].scores.first().benchmark, {5: 0.9}, "arXiv:2 Table 2")
    assert "torn" not in {one["model"] for one in answer(client, "&task=swag")["curves"]}


def test_measured_lines_have_bands_and_lead_to_their_run(client, series):
    checkpoint, task = make_checkpoint(make_card("Oak")), make_task("swag")
    for shots, value in ((0, 0.4), (5, 0.5)):
        make_score(make_cell(checkpoint, task, "done", num_fewshot=shots), value=value, num_fewshot=shots)
    page = client.get("/plots/?view=shots&task=swag&origin=measured")
    data = figure(page)["data"]
    assert [trace["mode"] for trace in data] == ["lines", "lines+markers"]
    assert data[1]["line"]["dash"] == "solid"
    assert figure(client.get("/plots/?view=shots&task=swag"))["data"][0]["line"]["dash"] == "dot"


def test_lines_are_wider_the_larger_their_model(client, series):
    data = figure(client.get("/plots/?view=shots&task=swag"))["data"]
    widths = {trace["name"]: trace["line"]["width"] for trace in data}
    assert widths["Small"] < widths["Middle"] < widths["Large"]


def test_the_table_and_the_file_hold_the_same_values(client, series):
    page = client.get("/plots/?view=shots&task=swag").content.decode()
    assert all(text in page for text in ("20-shot", "+0.100", "0.350"))
    lines = client.get("/plots/?view=shots&task=swag&format=csv").content.decode().splitlines()
    assert len(lines) == 1 + 9
    assert "few-shot" in client.get("/plots/?view=shots").content.decode()


def test_hidden_models_are_in_no_average(client, series, owner, signed_in):
    for card in series[1:]:
        card.visibility, card.owner = "restricted", owner
        card.save()
    assert {one["model"] for one in answer(client)["curves"]} == {"small"}
    assert len(answer(signed_in(owner))["curves"]) == 3


def test_names_are_moved_apart_in_their_order_and_no_further_than_needed():
    assert spread([0.0, 0.0, 1.0], 0.2) == pytest.approx([-0.1, 0.1, 1.0])
    assert spread([0.0, 0.5, 1.0], 0.2) == [0.0, 0.5, 1.0]
    places = spread([0.1, 0.11, 0.12, 0.3], 0.1)
    assert all(b - a >= 0.1 - 1e-12 for a, b in itertools.pairwise(places))


def test_names_stay_inside_the_figure():
    assert within([0.95, 1.0, 1.05], 0.05, (0.0, 1.0)) == pytest.approx([0.9, 0.95, 1.0])
    assert within([-0.1, -0.05, 0.5], 0.05, (0.0, 1.0)) == pytest.approx([0.0, 0.05, 0.5])
