"""Scores of a card and of a task leave as files that say the origin of each value."""

import csv
import html
import io
import re

import pytest

from modelcards.models import FormerSlug
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_evaluation,
    make_published,
    make_score,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def oak():
    """A card with a measured, a limited and a published score."""
    card = make_card("Oak")
    checkpoint, quiz = make_checkpoint(card), make_task("quiz")
    make_score(make_cell(checkpoint, quiz, "done"), value=0.75)
    make_score(make_cell(checkpoint, make_task("maze"), "done", settings={"limit": 20}), value=0.5)
    make_published(card, make_benchmark("quiz", name="The Quiz"), 0.7)
    return card


def rows_of(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_all_scores_of_a_card_are_in_its_file(client, oak):
    rows = rows_of(client, "/models/oak/scores/?format=csv")
    assert [(row["origin"], row["task"], row["value"], row["limit"]) for row in rows] == [
        ("measured", "maze", "0.5", "20"),
        ("measured", "quiz", "0.75", ""),
        ("published", "quiz", "0.7", ""),
    ]
    assert rows[2]["source"] == "arXiv:2302.13971 Table 3"
    assert rows[1]["comparable_key"]


def test_without_a_format_the_address_leads_to_the_card(client, oak):
    assert client.get("/models/oak/scores/")["Location"] == "/models/oak/#scores"
    assert client.get("/models/oak/scores/?format=exe").status_code == 422


def test_the_card_offers_its_files_and_the_line_for_programs(client, oak):
    text = client.get("/models/oak/").content.decode()
    assert "/models/oak/scores/?format=latex" in text
    assert "/api/v1/scores?model=oak" in text


def test_a_hidden_card_gives_no_file(client, signed_in, oak, owner, stranger):
    oak.visibility, oak.owner = "restricted", owner
    oak.save()
    for browser in (client, signed_in(stranger)):
        assert browser.get("/models/oak/scores/?format=csv").status_code == 404
        assert rows_of(browser, "/tasks/quiz/?format=csv&table=measured") == []
        assert rows_of(browser, "/tasks/quiz/?format=csv&table=stated") == []
    assert len(rows_of(signed_in(owner), "/models/oak/scores/?format=csv")) == 3


def test_a_renamed_card_is_found_by_its_former_name(client, oak):
    FormerSlug.objects.create(slug="old-oak", card=oak)
    assert client.get("/models/old-oak/scores/?format=csv").status_code in (301, 302)


def test_both_tables_of_a_task_are_files(client, oak):
    assert [row["value"] for row in rows_of(client, "/tasks/quiz/?format=csv&table=measured")] == ["0.75"]
    assert [row["value"] for row in rows_of(client, "/tasks/quiz/?format=csv&table=stated")] == ["0.7"]
    text = client.get("/tasks/quiz/").content.decode()
    assert "/tasks/quiz/?table=measured&amp;format=csv" in text
    assert "/tasks/quiz/?table=stated&amp;format=markdown" in text


def test_what_stands_in_a_tasks_name_does_not_reach_the_header(client):
    make_task('odd "name"; x')
    answer = client.get('/tasks/odd "name"; x/?format=csv')
    assert answer["Content-Disposition"] == 'attachment; filename="odd-name-x-measured.csv"'


def test_the_cells_of_an_evaluation_are_a_file_with_states_and_scores(client, signed_in, owner):
    oak = make_checkpoint(make_card("Oak"))
    done = make_cell(oak, make_task("quiz"), "done")
    make_score(done, value=0.75)
    failed = make_cell(oak, make_task("rest"), "failed", reason="No memory")
    evaluation = make_evaluation([done, failed], requested_by=owner)
    rows = rows_of(client, f"/evaluations/{evaluation.pk}/?format=csv")
    told = [(row["task"], row["state"], row["value"], row["reason"]) for row in rows]
    assert told == [("quiz", "done", "0.75", ""), ("rest", "failed", "", "No memory")]
    assert "?format=markdown" in client.get(f"/evaluations/{evaluation.pk}/").content.decode()


def test_the_scatter_of_models_gives_its_numbers(client):
    make_card("Oak", training_tokens=10**9)
    make_card("Elm", architecture_family="encoder-only", training_tokens=10**9)
    text = client.get("/models/?view=scatter&architecture_family=encoder-only").content.decode()
    [address] = re.findall(r'data-csv="([^"]+)"', text)
    file = b"".join(client.get(html.unescape(address)).streaming_content).decode()
    assert "elm," in file
    assert "oak," not in file
