"""Results of our own runs leave as lm-eval writes its own, and as records of Every Eval Ever."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from evaluation.models import Score
from tests.evaluation.results.files import bring_in_bytes
from tests.evaluation.results.stored import make_measured
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_evaluation,
    make_score,
    make_task,
)

pytestmark = pytest.mark.django_db


def opened(answer):
    """The entries of a zip that was sent, by name."""
    assert answer.status_code == 200, answer.status_code
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return {name: archive.read(name).decode() for name in archive.namelist()}


def harness(client, cell):
    return opened(client.get(f"/runs/{cell.run_id}/results/lm-eval.zip"))


def results(files):
    [name] = [name for name in files if "/results_" in name]
    return json.loads(files[name])


def test_a_run_leaves_as_a_results_file_and_its_samples(client):
    cell = make_measured()
    files = harness(client, cell)
    assert sorted(re.sub(r"\d{4}-.*\d", "DATE", name) for name in files) == [
        "org__tiny-1b/results_DATE.json",
        "org__tiny-1b/samples_red_DATE.jsonl",
    ]
    found = results(files)
    assert found["results"]["red"] == {
        "alias": "red",
        "name": "red",
        "sample_len": 4,
        "acc,none": 0.5,
        "acc_stderr,none": 0.28867513459481287,
    }
    assert found["n-samples"] == {"red": {"original": 4, "effective": 4}}
    assert found["versions"] == {"red": 2.0}
    assert found["n-shot"] == {"red": 0}
    assert found["config"]["model_args"] == "pretrained=org/tiny-1b,dtype=float32"
    assert found["higher_is_better"] == {"red": {"acc": True}}
    assert len(found["task_hashes"]["red"]) == 64
    assert found["arboretum"]["weights_sha256"] == "a" * 64


def test_samples_have_the_form_that_lm_eval_gives_them(client):
    files = harness(client, make_measured())
    [name] = [name for name in files if "samples_" in name]
    line = json.loads(files[name].splitlines()[1])
    assert list(line) == [
        "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash",
        "prompt_hash", "target_hash", "acc",
    ]  # fmt: skip
    assert line["arguments"] == {
        "gen_args_0": {"arg_0": "Q1:", "arg_1": " rose"},
        "gen_args_1": {"arg_0": "Q1:", "arg_1": " sky"},
    }
    assert line["resps"] == [[["-1.8333333333333333", "True"]], [["-2.25", "False"]]]
    assert line["filtered_resps"] == [["-1.8333333333333333", "True"], ["-2.25", "False"]]
    assert line["doc"] == {"question": "Which one is red? 1"}


def test_an_unknown_error_is_na_and_a_limit_is_told(client):
    checkpoint = make_checkpoint(make_card(slug="mine"))
    task = make_task("colours", documents=100)
    cell = make_cell(checkpoint, task, "done", settings={"limit": 10}, documents_total=10)
    make_score(cell, stderr=None)
    evaluation = make_evaluation([cell])
    found = results(opened(client.get(f"/evaluations/{evaluation.pk}/results/lm-eval.zip")))
    assert found["results"]["colours"]["acc_stderr,none"] == "N/A"
    assert found["config"]["limit"] == 10
    assert found["n-samples"]["colours"] == {"original": 100, "effective": 10}
    assert found["model_name"] == "mine"


def test_each_shot_count_is_a_file_of_its_own(client):
    checkpoint = make_checkpoint(make_card())
    task = make_task("colours")
    cells = [make_cell(checkpoint, task, "done", num_fewshot=shots, documents_total=3) for shots in (0, 5)]
    for cell in cells:
        make_score(cell)
    files = opened(client.get(f"/evaluations/{make_evaluation(cells).pk}/results/lm-eval.zip"))
    assert len(files) == 2
    assert sorted(json.loads(text)["n-shot"]["colours"] for text in files.values()) == [0, 5]


def test_a_group_leaves_with_its_parts(client):
    checkpoint = make_checkpoint(make_card())
    parts = [make_task("red"), make_task("blue")]
    make_task("colours", kind="group", members=["red", "blue"], aggregates=[{"metric": "acc"}])
    cells = [make_cell(checkpoint, part, "done", documents_total=4) for part in parts]
    for cell, value in zip(cells, (0.5, 0.75), strict=True):
        make_score(cell, value=value, n=4)
    evaluation = make_evaluation(cells, request={"models": [], "tasks": ["colours"], "num_fewshot": [0]})
    found = results(opened(client.get(f"/evaluations/{evaluation.pk}/results/lm-eval.zip")))
    assert found["groups"]["colours"]["acc,none"] == 0.625
    assert found["group_subtasks"] == {"colours": ["red", "blue"], "red": [], "blue": []}
    assert found["results"]["colours"] == found["groups"]["colours"]


def test_what_leaves_comes_back_equal_and_comparable_with_the_run(client):
    cell = make_measured()
    raw = b"".join(client.get(f"/runs/{cell.run_id}/results/lm-eval.zip").streaming_content)
    measured = Score.objects.get(origin="measured")
    [one] = bring_in_bytes("out.zip", raw)
    assert one.outcome == "new", one.errors
    imported = Score.objects.get(origin="imported")
    assert (imported.value, imported.stderr, imported.n) == (measured.value, measured.stderr, measured.n)
    assert imported.card == measured.card
    # The samples show that the same was asked and scored in the same way.
    assert imported.comparable_key == measured.comparable_key
    assert imported.cell.sample_set.prompts == cell.sample_set.prompts


@pytest.mark.parametrize("changed", ["prompt", "configuration", "template", "missing"])
def test_scores_that_asked_something_else_are_never_ranked_with_the_run(client, changed):
    files = harness(client, make_measured())
    if changed == "missing":
        files = {name: text for name, text in files.items() if "samples_" not in name}
    swaps = {
        "prompt": ("Q1:", "Question 1:"),
        "configuration": ('"aggregation": "mean"', '"aggregation": "median"'),
        "template": ('"chat_template": null', '"chat_template": "{{ messages }}"'),
        "missing": ("", ""),
    }
    old, new = swaps[changed]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text.replace(old, new) if old else text)
    bring_in_bytes("out.zip", buffer.getvalue())
    measured, imported = Score.objects.get(origin="measured"), Score.objects.get(origin="imported")
    assert imported.comparable_key
    assert imported.comparable_key != measured.comparable_key


def test_a_file_cannot_claim_a_key(client):
    files = harness(client, make_measured())
    [name] = [name for name in files if "/results_" in name]
    found = json.loads(files[name])
    measured = Score.objects.get()
    found["arboretum"]["comparable_keys"] = {"red": {"acc,none": measured.comparable_key}}
    bring_in_bytes("claim.json", json.dumps(found).encode())
    assert Score.objects.get(origin="imported").comparable_key != measured.comparable_key


def test_prompts_that_may_not_be_shown_do_not_leave(client):
    make_benchmark(task_name="red", show_samples=False)
    files = harness(client, make_measured())
    assert not [name for name in files if "samples_" in name]
    assert results(files)["task_hashes"] == {}


def test_prompts_of_a_group_that_may_not_be_shown_do_not_leave(client):
    make_benchmark(task_name="colours", show_samples=False)
    cell = make_measured()
    make_task("colours", kind="group", members=["red"])
    assert not [name for name in harness(client, cell) if "samples_" in name]


def test_imported_cells_are_not_sent_out_as_our_own(client):
    cell = make_measured()
    raw = b"".join(client.get(f"/runs/{cell.run_id}/results/lm-eval.zip").streaming_content)
    bring_in_bytes("out.zip", raw)
    evaluation = make_evaluation([Score.objects.get(origin="imported").cell])
    assert client.get(f"/evaluations/{evaluation.pk}/results/lm-eval.zip").status_code == 404


def test_a_record_of_every_eval_ever(client):
    cell = make_measured()
    files = opened(client.get(f"/runs/{cell.run_id}/results/every-eval-ever.zip"))
    [(name, text)] = files.items()
    assert re.fullmatch(
        r"data/lm_eval/org/tiny-1b/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}\.json", name
    )
    found = json.loads(text)
    assert found["schema_version"] == "0.3.0"
    assert found["model_info"]["id"] == "org/tiny-1b"
    assert found["model_info"]["additional_details"]["model_availability"] == "open_weights"
    assert found["eval_library"]["version"] == "0.4.13"
    [result] = found["evaluation_results"]
    assert result["score_details"]["score"] == 0.5
    assert result["score_details"]["uncertainty"]["standard_error"]["value"] == 0.28867513459481287
    assert result["score_details"]["uncertainty"]["num_samples"] == 4
    assert result["source_data"]["hf_repo"] == "org/colours"
    assert (result["metric_config"]["min_score"], result["metric_config"]["max_score"]) == (0.0, 1.0)


def test_the_same_scores_give_the_same_bytes(client):
    cell = make_measured()
    for kind in ("lm-eval", "every-eval-ever"):
        address = f"/runs/{cell.run_id}/results/{kind}.zip"
        assert len({b"".join(client.get(address).streaming_content) for _time in range(2)}) == 1


def test_what_a_reader_may_not_see_does_not_leave(client, owner, stranger, signed_in):
    checkpoint = make_checkpoint(make_card(visibility="restricted", owner=owner))
    cell = make_measured(checkpoint=checkpoint)
    evaluation = make_evaluation([cell])
    for kind in ("lm-eval", "every-eval-ever"):
        for address in (f"/runs/{cell.run_id}/results/{kind}.zip", f"/evaluations/{evaluation.pk}/results/{kind}.zip"):
            assert signed_in(stranger).get(address).status_code == 404
            assert signed_in(owner).get(address).status_code == 200


def test_an_unknown_kind_and_a_run_without_results_are_not_found(client):
    cell = make_measured()
    assert client.get(f"/runs/{cell.run_id}/results/other.zip").status_code == 404
    cell.scores.all().delete()
    type(cell).objects.filter(pk=cell.pk).update(state="failed")
    assert client.get(f"/runs/{cell.run_id}/results/lm-eval.zip").status_code == 404
