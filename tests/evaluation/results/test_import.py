"""Results come in: numbers, oddities, models, samples; each file whole or not at all, and twice is once."""

from __future__ import annotations

import json

import pytest

from evaluation.core.samples import read_outcomes, read_prompts
from evaluation.models import Cell, ImportedCell, NameRule, ResultFile, SampleSet, Score, StatedModel, Task
from modelcards.models import Checkpoint, ModelCard
from tests.evaluation.results.files import (
    bring_in,
    bring_in_bytes,
    lines,
    new_results,
    old_results,
    sample,
    write,
    zipped,
)
from tests.factories import make_benchmark, make_card, make_user

pytestmark = pytest.mark.django_db
DATE = "2024-07-15T16-12-18.324809"


def scores(**where):
    rows = Score.objects.filter(origin="imported", **where)
    return {(one.task_name, one.metric, one.filter, one.num_fewshot): one for one in rows}


def test_schema_0_3_comes_in_with_exact_numbers(tmp_path):
    [one] = bring_in(write(tmp_path, "r.json", old_results()))
    assert (one.outcome, one.slug) == ("new", "org--tiny-1b")
    found = scores()
    assert {key: (row.value, row.stderr) for key, row in found.items()} == {
        ("arc_easy", "acc", "", 0): (0.4356060606060606, 0.01017438179),
        ("arc_easy", "acc_norm", "", 0): (0.39983164983164985, 0.010051788039412943),
        ("lambada_openai", "ppl", "", 0): (23.847216547, 0.91),
        ("lambada_openai", "acc", "", 0): (0.32, 0.0065),
    }
    row = found["arc_easy", "acc", "", 0]
    assert (row.checkpoint.revision, row.checkpoint.step, row.checkpoint.repo_id) == (
        "step143000",
        143_000,
        "org/tiny-1b",
    )
    assert row.source == "lm-eval 0.3 results, r.json"
    assert row.cell.made_with["device"] == "cuda:7"
    assert row.cell.state == "done"


def test_schema_0_4_keeps_groups_filters_and_unknown_errors(tmp_path):
    [one] = bring_in(write(tmp_path, "results.json", json.dumps(new_results())))
    assert one.outcome == "new"
    found = scores()
    assert {key: (row.value, row.stderr, row.n) for key, row in found.items()} == {
        ("colours", "acc", "none", 3): (0.625, None, None),
        ("red", "acc", "none", 3): (0.5, 0.25, 4),
        ("blue", "acc", "none", 3): (0.75, 0.25, 4),
        ("sums", "exact_match", "strict-match", 5): (0.1, 0.01, 10),
        ("sums", "exact_match", "flexible-extract", 5): (0.2, None, 10),
    }
    group = Task.objects.get(name="colours")
    assert (group.kind, group.members) == ("group", ["red", "blue"])
    assert not Task.objects.filter(name="tags").exists()
    cell = found["sums", "exact_match", "strict-match", 5].cell
    assert cell.made_with["scoring"] == "generated"
    assert cell.settings["dtype"] == "bfloat16"
    assert cell.settings["seed"] == 1234
    assert cell.ended_at.isoformat().startswith("2024-07-15T14:10:56")


def test_a_list_of_shots_and_versions_in_names_are_understood(tmp_path):
    benchmark = make_benchmark(task_name="jsquad")
    found = old_results(
        results={"jnli-1.1-0.3": {"acc": 0.3}, "jsquad-1.1-0.3": {"exact_match": 32.4}, "xwinograd_ja": {"acc": 0.6}},
        versions={"jsquad-1.1-0.3": 1.1, "jnli-1.1-0.3": 1.1, "xwinograd_ja": 1.0},
    )
    found["config"]["num_fewshot"] = [2, 3, 0]
    [one] = bring_in(write(tmp_path, "r.json", found))
    assert {key[0]: key[3] for key in scores()} == {"jsquad-1.1-0.3": 2, "jnli-1.1-0.3": 3, "xwinograd_ja": 0}
    assert Score.objects.get(task_name="jsquad-1.1-0.3").benchmark == benchmark
    assert ResultFile.objects.get().harness == "0.2"
    assert any(note.column == "config.num_fewshot" for note in one.notes)


def test_a_limit_is_kept_and_keeps_the_scores_out_of_rankings(tmp_path):
    found = new_results()
    found["config"]["limit"] = 2.0
    found["n-samples"]["red"] = {"original": 4, "effective": 2}
    bring_in(write(tmp_path, "r.json", found))
    row = scores()["red", "acc", "none", 3]
    assert (row.n, row.cell.settings["limit"]) == (2, 2)


def test_a_limit_as_a_share_becomes_the_number_that_was_scored(tmp_path):
    found = new_results()
    found["config"]["limit"] = 0.5
    found["n-samples"] = {name: {"original": 4, "effective": 2} for name in ("red", "blue", "sums", "colours")}
    bring_in(write(tmp_path, "r.json", found))
    assert scores()["red", "acc", "none", 3].cell.settings["limit"] == 2


@pytest.mark.parametrize(
    ("arguments", "name", "revision"),
    [
        ("pretrained=org/a,dtype=float16", "org/a", "main"),
        ({"pretrained": "org/a", "revision": "step512"}, "org/a", "step512"),
        ("pretrained=${PROJECT_DIR}/outputs/open-calm_1.3.0,tokenizer=org/tok", "open-calm_1.3.0", "main"),
        ("pretrained=sft/models/instruct-7b/", "instruct-7b", "main"),
        ("pretrained=org/base,peft=org/adapter", "org/adapter", "main"),
        ("", "dummy", "main"),
        (None, "dummy", "main"),
    ],
)
def test_the_model_is_named_by_its_arguments(tmp_path, arguments, name, revision):
    found = old_results()
    found["config"] |= {"model": "dummy", "model_args": arguments}
    bring_in(write(tmp_path, "r.json", found))
    assert StatedModel.objects.get().name == name
    assert Checkpoint.objects.get().revision == revision


def test_secrets_in_the_arguments_are_not_kept(tmp_path):
    found = old_results()
    found["config"]["model_args"] = "pretrained=org/a,api_key=sk-hidden,token=hf_hidden"
    bring_in(write(tmp_path, "r.json", found))
    assert "hidden" not in json.dumps([cell.made_with for cell in Cell.objects.all()])


def test_an_unknown_model_gets_a_draft_that_only_its_person_sees(tmp_path):
    evaluator, other = make_user(), make_user()
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    card = ModelCard.objects.get()
    assert (card.visibility, card.owner, card.hf_repo, card.name) == ("restricted", evaluator, "org/tiny-1b", "tiny-1b")
    assert set(card.facts.values_list("confidence", flat=True)) == {"inferred"}
    assert not ModelCard.objects.visible_to(other).exists()
    assert card.changes.get().by == f"results by {evaluator.username}"


def test_a_hidden_card_is_as_one_that_is_not_there(tmp_path):
    owner, evaluator = make_user(), make_user()
    hidden = make_card(slug="org--tiny-1b", hf_repo="org/tiny-1b", visibility="restricted", owner=owner)
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    bring_in(write(tmp_path, "again.json", old_results(extra=1)), evaluator)
    assert not hidden.scores.exists()
    assert ModelCard.objects.exclude(pk=hidden.pk).get().owner == evaluator


def test_a_command_without_a_person_makes_internal_drafts(tmp_path):
    bring_in(write(tmp_path, "r.json", old_results()))
    card = ModelCard.objects.get()
    assert (card.visibility, card.owner) == ("internal", None)


def test_a_model_is_found_by_its_repository_and_by_a_rule(tmp_path):
    card = make_card(slug="pythia-410m", hf_repo="EleutherAI/pythia-410m")
    mine = make_card(slug="mine")
    NameRule.objects.create(pattern="lab/run-*", target="mine")
    for number, name in enumerate(["eleutherai/Pythia-410M", "EleutherAI/pythia-v1.1-410m", "lab/run-17"]):
        found = old_results()
        found["config"]["model_args"] = f"pretrained={name}"
        bring_in(write(tmp_path, f"{number}.json", found))
    stated = {row.name: (row.card, row.how) for row in StatedModel.objects.all()}
    assert stated == {
        "eleutherai/Pythia-410M": (card, "repository"),
        "EleutherAI/pythia-v1.1-410m": (card, "rule"),
        "lab/run-17": (mine, "rule"),
    }
    assert set(Checkpoint.objects.filter(card=card).values_list("repo_id", flat=True)) == {"EleutherAI/pythia-410m"}


def test_the_same_file_twice_is_once_by_its_content(tmp_path):
    path = write(tmp_path, "r.json", old_results())
    bring_in(path)
    before = Score.objects.count()
    [again] = bring_in(path)
    assert again.outcome == "unchanged"
    assert (Score.objects.count(), ResultFile.objects.count()) == (before, 1)


def test_the_same_numbers_in_another_file_are_once_by_cell_and_metric(tmp_path):
    bring_in(write(tmp_path, "a.json", old_results()))
    before = Score.objects.count()
    [again] = bring_in(write(tmp_path, "b.json", json.dumps(old_results(), indent=4)))
    assert (again.outcome, Score.objects.count()) == ("unchanged", before)


def test_a_metric_that_was_not_there_joins_its_cell(tmp_path):
    first = old_results()
    del first["results"]["arc_easy"]["acc_norm"]
    bring_in(write(tmp_path, "a.json", first))
    [one] = bring_in(write(tmp_path, "b.json", old_results()))
    assert one.outcome == "changed"
    assert [change.field for change in one.changes] == ["arc_easy, acc_norm, 0-shot"]
    assert Cell.objects.count() == 2


def test_other_values_of_the_same_cell_are_a_new_generation_and_the_report_shows_both(tmp_path):
    bring_in(write(tmp_path, "a.json", old_results()))
    later = old_results()
    later["results"]["arc_easy"]["acc"] = 0.5
    [one] = bring_in(write(tmp_path, "b.json", later))
    assert one.outcome == "changed"
    assert ("arc_easy, acc, 0-shot", "0.4356060606060606", "0.5") in {(c.field, c.old, c.new) for c in one.changes}
    assert sorted(Cell.objects.filter(task__name="arc_easy").values_list("generation", flat=True)) == [0, 1]
    assert Cell.objects.filter(task__name="lambada_openai").count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path):
    path = write(tmp_path, f"results_{DATE}.json", json.dumps(new_results()))
    write(tmp_path, f"samples_red_{DATE}.jsonl", lines([sample(n) for n in range(4)]))
    [tried] = bring_in(tmp_path, dry=True)
    tables = (ModelCard, Checkpoint, Cell, Score, SampleSet, StatedModel, ResultFile, ImportedCell, Task)
    assert [table.objects.count() for table in tables] == [0] * len(tables)
    [done] = bring_in(tmp_path)
    assert tried.document() == done.document()
    assert path.exists()


def test_samples_become_the_sample_sets_that_our_own_runs_store(tmp_path, settings):
    write(tmp_path, f"results_{DATE}.json", json.dumps(new_results()))
    write(tmp_path, f"samples_red_{DATE}.jsonl", lines([sample(n) for n in range(4)]))
    bring_in(tmp_path)
    stored = SampleSet.objects.get()
    assert (stored.cell.task.name, stored.rows, stored.prompts.rows) == ("red", 4, 4)
    with (settings.MEDIA_ROOT / stored.file).open("rb") as file:
        outcomes = list(read_outcomes(file))
    assert outcomes[1]["loglikelihoods"] == [-1.5, -2.25]
    assert outcomes[1]["greedy"] == [True, False]
    assert [row["metrics"]["acc"] for row in outcomes] == [0.0, 1.0, 0.0, 1.0]
    with (settings.MEDIA_ROOT / stored.prompts.file).open("rb") as file:
        prompts = list(read_prompts(file))
    assert (prompts[2]["prompt"], prompts[2]["continuations"]) == ("Q2:", [" rose", " sky"])


def test_one_json_array_is_taken_where_lines_are_promised_and_old_forms_are_understood(tmp_path):
    old = [
        sample(n, arguments=[[f"Q{n}:", " rose"], [f"Q{n}:", " sky"]], resps=[[[-1.5, True]], [[-2.0, False]]])
        for n in range(4)
    ]
    for one in old:
        del one["filter"], one["metrics"], one["doc_hash"]
    write(tmp_path, f"results_{DATE}.json", json.dumps(new_results()))
    write(tmp_path, f"samples_red_{DATE}.jsonl", json.dumps(old))
    [done] = bring_in(tmp_path)
    assert done.outcome == "new", done.errors
    assert SampleSet.objects.get().rows == 4


def test_samples_that_come_later_join_the_cell(tmp_path):
    write(tmp_path, f"results_{DATE}.json", json.dumps(new_results()))
    bring_in(tmp_path)
    write(tmp_path, f"samples_red_{DATE}.jsonl", lines([sample(n) for n in range(4)]))
    [one] = bring_in(tmp_path)
    assert (one.outcome, [change.field for change in one.changes]) == ("changed", ["red, samples"])
    assert Cell.objects.count() == 4


def test_a_folder_and_a_zip_of_it_are_the_same(tmp_path):
    files = {"a/results.json": old_results(), f"b/results_{DATE}.json": new_results()}
    for name, found in files.items():
        write(tmp_path, name, json.dumps(found))
    assert [one.outcome for one in bring_in(tmp_path)] == ["new", "new"]
    again = bring_in_bytes("all.zip", zipped(files))
    assert [(one.file, one.outcome) for one in again] == [
        ("all.zip/a/results.json", "unchanged"),
        (f"all.zip/b/results_{DATE}.json", "unchanged"),
    ]
