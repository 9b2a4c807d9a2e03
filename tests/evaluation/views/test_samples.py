"""Samples of a cell: prompts, choices, right and wrong, search, download."""

import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evaluation.core.samples import PROMPTS, outcome_schema, write_rows
from evaluation.models import Benchmark, PromptSet, SampleSet
from evaluation.outcomes.asked import target_index
from evaluation.views.documents import document
from tests.factories import make_cell, make_checkpoint, make_score, make_task, make_user

pytestmark = pytest.mark.django_db


def prompt(number, **fields):
    return {
        "doc_id": number,
        "doc_hash": f"hash{number}",
        "document": json.dumps({"question": f"question {number}"}),
        "target": "1",
        "prompt": f"Question {number}: which tree?\nAnswer:",
        "contexts": [],
        "continuations": [" oak", " elm"],
        "options": "",
    } | fields


def outcome(number, right, filter_name="none", **fields):
    return {
        "doc_id": number,
        "doc_hash": f"hash{number}",
        "filter": filter_name,
        "loglikelihoods": [-3.0, -1.5] if right else [-1.0, -2.0],
        "greedy": [False, right],
        "generated": [],
        "filtered": "",
        "others": "{}",
        "metric.acc": float(right),
    } | fields


@pytest.fixture
def sampled(tmp_path):
    """Makes a done cell with samples: by default twelve documents, every third one wrong."""

    def make(checkpoint=None, prompts=None, outcomes=None, **task):
        task = {"name": "trees", **task}
        cell = make_cell(checkpoint or make_checkpoint(), make_task(**task), "done")
        make_score(cell, "acc", 0.66)
        prompts = prompts or [prompt(number) for number in range(12)]
        outcomes = outcomes or [outcome(number, number % 3 != 0) for number in range(12)]
        files = {}
        for name, schema, rows in (("p", PROMPTS, prompts), ("o", outcome_schema(["acc"]), outcomes)):
            sha, count = write_rows(tmp_path / name, schema, rows)
            stored = default_storage.save(f"samples/{name}.parquet", ContentFile((tmp_path / name).read_bytes()))
            files[name] = {"file": stored, "sha256": sha, "rows": count}
        shared = PromptSet.objects.create(key="k", task=cell.task, num_fewshot=0, **files["p"])
        SampleSet.objects.create(cell=cell, prompts=shared, **files["o"])
        return cell

    return make


def url(cell):
    return f"/cells/{cell.pk}/samples/"


def numbers(answer):
    return [each.number for each in answer.context["found"].documents]


def test_it_shows_the_exact_prompt_the_choices_and_what_was_chosen(client, sampled):
    answer = client.get(url(sampled()))
    page = answer.content.decode()
    assert "Question 1: which tree?\nAnswer:" in page
    assert "-1.5000" in page
    first, second = answer.context["found"].documents[0].options
    assert (first.text, first.chosen, first.target) == (" oak", True, False)
    assert (second.text, second.chosen, second.target) == (" elm", False, True)


def test_right_and_wrong_are_counted_and_filtered(client, sampled):
    cell = sampled()
    answer = client.get(url(cell), {"verdict": "wrong"})
    assert numbers(answer) == [0, 3, 6, 9]
    assert answer.context["found"].verdicts == {"wrong": 4, "right": 8}
    assert len(numbers(client.get(url(cell), {"verdict": "nonsense"}))) == 10


def test_pages_are_turned_and_a_page_too_far_is_the_last(client, sampled):
    cell = sampled()
    assert numbers(client.get(url(cell), {"page": "2"})) == [10, 11]
    assert numbers(client.get(url(cell), {"page": "99"})) == [10, 11]
    assert numbers(client.get(url(cell), {"page": "-1"})) == list(range(10))


def test_the_search_reads_prompts_and_choices_alike(client, sampled):
    cell = sampled()
    assert numbers(client.get(url(cell), {"search": "QUESTION 7"})) == [7]
    assert numbers(client.get(url(cell), {"search": "elm", "verdict": "wrong"})) == [0, 3, 6, 9]
    assert "No document like this" in client.get(url(cell), {"search": "palm"}).content.decode()


def test_each_filter_of_the_harness_has_its_own_outcomes(client, sampled):
    rows = [outcome(0, True, "strict"), outcome(0, False, "loose")]
    cell = sampled(prompts=[prompt(0)], outcomes=rows)
    cell.scores.update(filter="strict")
    make_score(cell, "acc", 0.5, filter="loose")
    assert client.get(url(cell), {"filter": "strict"}).context["found"].verdicts == {"right": 1}
    assert client.get(url(cell), {"filter": "loose"}).context["found"].verdicts == {"wrong": 1}


def test_what_a_model_wrote_is_shown_as_text(client, sampled):
    rows = [outcome(0, True, loglikelihoods=[], greedy=[], generated=["<b>42</b>"], filtered='["42"]')]
    cell = sampled(prompts=[prompt(0, continuations=[], target='"42"')], outcomes=rows)
    page = client.get(url(cell)).content.decode()
    assert "&lt;b&gt;42&lt;/b&gt;" in page
    assert "<b>42</b>" not in page
    assert client.get(url(cell)).context["found"].documents[0].filtered == "42"
    assert client.get(url(cell)).context["found"].documents[0].target == "42"


def test_documents_that_ask_not_to_be_published_are_shown_to_people_signed_in_alone(client, sampled):
    Benchmark.objects.create(slug="trees", name="Trees", task_name="trees", primary_metric="acc", show_samples=False)
    cell = sampled()
    answer = client.get(url(cell), {"search": "question 7"})
    page = answer.content.decode()
    assert answer.context["trouble"] == "sign-in"
    assert "Sign in to read these documents" in page
    assert "which tree?" not in page
    assert " elm" not in page
    assert "-1.5000" not in page
    client.force_login(make_user(roles=()))
    answer = client.get(url(cell), {"search": "question 7"})
    assert numbers(answer) == [7]
    assert "Question 7: which tree?" in answer.content.decode()
    assert "asks that its documents are not published" in answer.content.decode()


def test_documents_that_ask_not_to_be_published_are_in_no_download(client, sampled):
    Benchmark.objects.create(slug="trees", name="Trees", task_name="trees", primary_metric="acc", show_samples=False)
    cell = sampled()
    assert client.get(f"/cells/{cell.pk}/samples.jsonl").status_code == 404
    client.force_login(make_user(is_superuser=True))
    assert client.get(f"/cells/{cell.pk}/samples.jsonl").status_code == 404
    assert f"/cells/{cell.pk}/samples.jsonl" not in client.get(url(cell)).content.decode()


def test_the_download_has_every_document_as_json_lines(client, sampled):
    cell = sampled()
    answer = client.get(f"/cells/{cell.pk}/samples.jsonl")
    rows = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]
    assert len(rows) == 12
    assert rows[7]["document"] == {"question": "question 7"}
    assert rows[7]["prompt"].startswith("Question 7")
    assert rows[7]["metrics"] == {"acc": 1.0}
    assert answer["Content-Disposition"].endswith('-trees-0-shot.jsonl"')


def test_a_cell_without_samples_says_when_they_come(client):
    assert "No samples yet" in client.get(url(make_cell(state="queued"))).content.decode()
    cell = make_cell(state="done")
    assert "has no samples" in client.get(url(cell)).content.decode()
    assert client.get(f"/cells/{cell.pk}/samples.jsonl").status_code == 404


def test_a_lost_or_damaged_file_is_told(client, sampled):
    cell = sampled()
    stored = cell.sample_set
    default_storage.delete(stored.file)
    assert "is not in the storage" in client.get(url(cell)).content.decode()
    assert client.get(f"/cells/{cell.pk}/samples.jsonl").status_code == 404
    default_storage.save(stored.file, ContentFile(b"not parquet at all"))
    answer = client.get(url(cell))
    assert answer.status_code == 200
    assert "cannot be read" in answer.content.decode()


def test_samples_of_a_hidden_model_are_not_found(client, signed_in, restricted, stranger, teammate, sampled):
    cell = sampled(restricted)
    for browser in (client, signed_in(stranger)):
        assert browser.get(url(cell)).status_code == 404
        assert browser.get(f"/cells/{cell.pk}/samples.jsonl").status_code == 404
    assert signed_in(teammate).get(url(cell)).status_code == 200


def test_the_target_is_found_by_text_before_number():
    assert target_index("1", [" 1", " 2"]) == 0
    assert target_index("1", [" oak", " elm"]) == 1
    assert target_index("elm", [" oak", " elm"]) == 1
    assert target_index("7", [" oak", " elm"]) is None
    assert target_index("true", [" oak", " elm"]) is None


def test_a_document_without_prompt_or_with_one_choice_has_no_chosen_one():
    read = document({}, {**outcome(3, True, loglikelihoods=[-1.0], greedy=[True]), "metrics": {"perplexity": 3.5}})
    assert (read.prompt, read.verdict) == ("", "")
    assert [option.chosen for option in read.options] == [False]
