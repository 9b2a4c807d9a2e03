"""``manage.py evaluate --file``: queues what is missing, once, and says what is wrong by line."""

from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evaluation.models import Cell, Evaluation
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_checkpoint, make_score, make_task, make_user

pytestmark = pytest.mark.django_db

SWEEP = """note: nightly
num_fewshot: [0, 5]
evaluations:
  - models: [oak]
    tasks: [both]
  - models: [oak]
    tasks: [agreement]
    num_fewshot: [5, 10]
    note: more shots
"""


@pytest.fixture(autouse=True)
def no_redis(monkeypatch):
    monkeypatch.setattr("evaluation.actions.submit.wake", lambda count=1, runs=(): True)


@pytest.fixture
def sweep(settings, tmp_path: Path) -> Path:
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    write_checkpoint(tmp_path / "oak")
    make_user("admin", is_superuser=True)
    make_task("agreement"), make_task("ordering")
    aggregates = [{"metric": "acc", "filter_list": None, "weight_by_size": True}]
    make_task("both", kind="group", members=["agreement", "ordering"], aggregates=aggregates)
    make_checkpoint(make_card("oak"), path="oak")
    file = tmp_path / "sweep.yaml"
    file.write_text(SWEEP)
    return file


def evaluate(*options: str) -> str:
    out = StringIO()
    call_command("evaluate", *options, stdout=out)
    return out.getvalue()


def test_a_sweep_queues_each_cell_once_also_where_two_entries_ask_for_it(sweep):
    printed = evaluate("--file", str(sweep))
    assert "more shots:" in printed
    assert sorted(Cell.objects.values_list("task__name", "num_fewshot")) == [
        ("agreement", 0), ("agreement", 5), ("agreement", 10), ("ordering", 0), ("ordering", 5),
    ]  # fmt: skip
    assert [(e.note, e.cells.count()) for e in Evaluation.objects.order_by("pk")] == [("nightly", 4), ("more shots", 2)]
    assert "5 cells were missing." in printed


def test_again_it_adds_nothing_and_after_a_change_only_what_is_new(sweep):
    evaluate("--file", str(sweep))
    assert "Nothing is missing." in evaluate("--file", str(sweep))
    assert (Evaluation.objects.count(), Cell.objects.count()) == (2, 5)
    sweep.write_text(SWEEP.replace("[5, 10]", "[5, 10, 20]"))
    assert "1 cells were missing." in evaluate("--file", str(sweep))
    assert (Evaluation.objects.count(), Cell.objects.count()) == (3, 6)
    Cell.objects.filter(num_fewshot=20).update(state="failed", reason="no luck")
    assert "It failed with: no luck" in evaluate("--file", str(sweep))
    assert Cell.objects.get(num_fewshot=20).state == "queued"


def test_the_plan_of_a_sweep_writes_nothing(sweep):
    assert "more shots:" in evaluate("--file", str(sweep), "--plan")
    assert not Evaluation.objects.exists()


def test_every_entry_is_sound_or_nothing_is_queued(sweep):
    sweep.write_text(SWEEP.replace("models: [oak]\n    tasks: [agreement]", "models: [elm]\n    tasks: [agreemint]"))
    with pytest.raises(CommandError) as error:
        evaluate("--file", str(sweep))
    assert str(error.value).splitlines() == [
        f"{sweep}:6: evaluations[1].models: There is no model “elm”.",
        f"{sweep}:7: evaluations[1].tasks: There is no task “agreemint”.",
    ]
    assert error.value.returncode == 2
    assert not Evaluation.objects.exists()


def test_unknown_keys_are_told_with_their_lines(sweep):
    sweep.write_text("models: [oak]\ntasks: [agreement]\nshot: 3\n")
    with pytest.raises(CommandError, match=f"{sweep}:3: shot: is not known here") as error:
        evaluate("--file", str(sweep))
    assert error.value.returncode == 2


def test_what_a_file_says_is_not_said_again_by_options(sweep):
    with pytest.raises(CommandError, match="leave out --models, --limit"):
        evaluate("--file", str(sweep), "--models", "oak", "--limit", "3")
    with pytest.raises(CommandError, match="Name --models and --tasks, or a --file"):
        evaluate("--models", "oak")
    with pytest.raises(CommandError, match=r"absent.yaml: No such file"):
        evaluate("--file", "absent.yaml")


def test_a_sweep_comes_through_standard_input(sweep, monkeypatch):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(SWEEP.encode())))
    evaluate("--file", "-")
    assert Cell.objects.count() == 5


def test_waiting_prints_the_scores_of_a_whole_group(sweep):
    evaluate("--file", str(sweep))
    for cell in Cell.objects.exclude(num_fewshot=10):
        make_score(cell, value=0.5 if cell.task.name == "agreement" else 0.7, n=300)
    Cell.objects.update(state="done")
    printed = evaluate("--file", str(sweep), "--wait")
    assert "Groups" in printed
    assert "oak  both  5-shot  acc  0.6000  ± 0.0141" in printed
    assert "both  10-shot" not in printed


def test_options_of_the_command_line_reach_the_cells(sweep):
    more = ("--seed", "1,2", "--chat-template", "--plan")
    with pytest.raises(CommandError, match="its tokenizer has none"):
        evaluate("--models", "oak", "--tasks", "agreement", *more[:3])
    options = ("--generation-kwargs", '{"max_gen_toks": 8}', "--system-instruction", "Be brief.")
    evaluate("--models", "oak", "--tasks", "agreement", "--seed", "1,2", *options)
    cells = list(Cell.objects.order_by("pk"))
    assert [cell.settings["seed"] for cell in cells] == [1, 2]
    assert cells[0].settings["generation_kwargs"] == {"max_gen_toks": 8}
    assert cells[0].settings["system_instruction"] == "Be brief."
