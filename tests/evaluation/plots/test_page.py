"""The page and its data, over rows of a database."""

import csv
import io
import json
import re

import pytest

from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_published,
    make_score,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db


def figure(answer, name="plot"):
    text = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', answer.content.decode(), re.DOTALL)
    assert text is not None
    return json.loads(text[1])


def marks(answer):
    """Names of the models in the figure, in any order."""
    boxes = [text for trace in figure(answer)["data"] for text in trace.get("hovertext", [])]
    return {re.search("<b>(.*?)</b>", box)[1] for box in boxes}


@pytest.fixture
def published():
    """Four models with published values of one benchmark."""
    benchmark = make_benchmark("swag", name="Swag")
    sizes = {"Oak": 10**8, "Elm": 10**9, "Ash": 10**10, "Yew": None}
    cards = [make_card(name, parameters=size) for name, size in sizes.items()]
    for place, card in enumerate(cards):
        make_published(card, benchmark, round(0.4 + place / 10, 1))
    return cards


def measured(card, value, task="swag", **fields):
    checkpoint = card.checkpoints.first() or make_checkpoint(card)
    cell = make_cell(checkpoint, fields.pop("of", None) or make_task(task), "done")
    return make_score(cell, value=value, **fields)


def test_marks_lines_and_the_best_stand_in_the_figure(client, published):
    answer = client.get("/plots/")
    data = figure(answer)["data"]
    assert marks(answer) == {"Oak", "Elm", "Ash"}
    assert sum(trace.get("fill") == "toself" for trace in data) == 1
    (stair,) = [trace for trace in data if trace["mode"] == "lines+text"]
    assert stair["y"] == [0.4, 0.5, 0.6]
    assert "1 more is in the table alone" in answer.content.decode()


def test_the_table_says_the_same_and_what_is_not_stated(client, published):
    page = client.get("/plots/").content.decode()
    assert [page.count(f">{name}</a>") for name in ("Oak", "Elm", "Ash", "Yew")] == [1, 1, 1, 1]
    assert "not stated" in page
    assert "NaN" not in page


def test_a_mark_leads_to_its_run_or_its_card(client, published):
    score = measured(make_card("Fir"), 0.7, of=make_task("swag"))
    score.cell.run = None
    data = figure(client.get("/plots/?origin=all"))["data"]
    places = {place for trace in data for place in trace.get("customdata", [])}
    assert {"/models/oak/", "/models/fir/"} <= places


def test_nothing_is_said_the_page_takes_what_most_models_have(client, published):
    other = make_benchmark("other", name="Other")
    make_published(published[0], other, 0.9)
    assert "Swag, 0-shot, against parameters" in client.get("/plots/").content.decode()
    assert "Other, 0-shot" in client.get("/plots/?task=other").content.decode()


def test_origins_are_told_apart_and_no_line_mixes_them(client, published):
    task = make_task("swag")
    for card in published[:3]:
        measured(card, 0.3, of=task)
    rows = client.get("/api/v1/plots?origin=all").json()
    assert {(line["origin"], line["n"]) for line in rows["lines"]} == {("published", 3), ("measured", 3)}
    assert "lines of its own" in client.get("/plots/?origin=all").content.decode()


def test_limited_scores_and_those_that_are_no_numbers_are_not_drawn(client, published):
    task = make_task("swag")
    for name, limit, value in (("Limited", 10, 0.5), ("Broken", None, float("inf")), ("Whole", None, 0.5)):
        cell = make_cell(make_checkpoint(make_card(name)), task, "done", settings={"limit": limit})
        make_score(cell, value=value)
    assert marks(client.get("/plots/?origin=measured")) == {"Whole"}


def test_hidden_models_are_not_drawn_nor_counted(client, published, signed_in):
    owner = make_user("keeper")
    hidden = make_card("Hidden", visibility="restricted", owner=owner)
    measured(hidden, 0.9, of=make_task("swag"))
    assert "measured" not in [one["origin"] for one in client.get("/api/v1/plots?origin=all").json()["points"]]
    assert "Hidden" not in client.get("/plots/?origin=all&models=hidden").content.decode()
    assert marks(signed_in(owner).get("/plots/?origin=measured")) == {"Hidden"}


@pytest.mark.parametrize(
    "words",
    [
        "task=nowhere",
        "shots=77",
        "origin=imported",
        "models=nobody",
        "family=embedding",
        "x=ratio",
        "y_scale=log",
        "y=normalised&x_scale=linear",
        "x=date&page=900",
        "task=%00&models=%00",
        "view=training",
        "view=training&x=tokens&task=swag",
        "view=shots",
        "view=shots&task=average",
    ],
)
def test_whatever_is_asked_there_is_a_page_and_data(client, published, words):
    assert client.get(f"/plots/?{words}").status_code == 200
    assert client.get(f"/api/v1/plots?{words}").status_code == 200


@pytest.mark.parametrize("words", ["", "view=training", "view=shots"])
def test_without_any_score_the_page_says_so(client, db, words):
    assert "No scores" in client.get(f"/plots/?{words}").content.decode()
    assert client.get(f"/api/v1/plots?{words}").json()["task"] is None


def test_what_nobody_has_is_replaced_by_what_comes_nearest_and_said(client, published):
    page = client.get("/plots/?task=swag&shots=5").content.decode()
    assert "what comes nearest is shown, at 0 shots" in page


def test_a_benchmark_may_be_called_by_its_task(client):
    make_published(make_card("Oak"), make_benchmark("arc_c", name="ARC", task_name="arc_challenge"))
    assert client.get("/api/v1/plots?task=arc_challenge").json()["task"] == "arc_c"


def test_the_table_leaves_as_csv_whole_and_in_the_order_of_the_page(client, published):
    answer = client.get("/plots/?format=csv&table=points&page=2")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert {row["slug"]: row["x"] for row in rows} == {
        "oak": "100000000",
        "elm": "1000000000",
        "ash": "10000000000",
        "yew": "",
    }
    lines = list(csv.DictReader(io.StringIO(client.get("/plots/?format=csv&table=lines").content.decode())))
    assert [line["n"] for line in lines] == ["3"]
    assert float(lines[0]["slope"]) == pytest.approx(0.1)


def test_the_data_hold_what_the_figure_draws(client, published):
    data = client.get("/api/v1/plots").json()
    assert (data["task"], data["num_fewshot"], data["origin"], data["x"]) == ("swag", 0, "published", "parameters")
    assert {point["model"]: point["best"] for point in data["points"]} == {
        "oak": True,
        "elm": True,
        "ash": True,
        "yew": False,
    }
    assert data["lines"][0]["slope"] == pytest.approx(0.1)


def test_the_number_of_queries_does_not_grow_with_the_models(client, published, django_assert_max_num_queries):
    benchmark = published[0].scores.first().benchmark
    for number in range(30):
        make_published(make_card(f"More {number}"), benchmark, 0.5)
    with django_assert_max_num_queries(12):
        client.get("/plots/")


def test_models_are_chosen_by_name_by_slug_or_by_the_beginning_of_it(client, published):
    make_published(make_card("Oakling", parameters=5), published[0].scores.first().benchmark)
    assert marks(client.get("/plots/?models=Ash,elm")) == {"Ash", "Elm"}
    assert marks(client.get("/plots/?models=oak*")) == {"Oak", "Oakling"}


def test_words_that_name_no_model_are_told_and_hidden_models_are_no_models(client, published):
    make_card("Hidden", visibility="restricted")
    page = client.get("/plots/?models=ash,hidden,hid*,nobody").content.decode()
    assert "<b>hidden, hid*, nobody</b> name no models" in page


def test_benchmarks_stand_before_other_tasks(client, published):
    measured(published[0], 0.5, task="aaa_part")
    page = client.get("/plots/").content.decode()
    assert page.index(">Swag (4)") < page.index(">aaa_part (1)")
