"""Every real results file of the development checkout comes in with every number exact."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from django.conf import settings

from evaluation.models import Cell, SampleSet, Score
from modelcards.models import Checkpoint, ModelCard
from tests.evaluation.results.files import bring_in
from tests.factories import make_card

DATA = settings.BASE_DIR.parent / "shared" / "data" / "lm_eval_results"
ABSENT = "the real files are not beside this checkout; test_import.py brings in files of the project's own"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=ABSENT),
]


@pytest.fixture
def pythia():
    """The cards that the files of the final Pythia models mean."""
    return [
        make_card(f"Pythia {size}", slug=f"pythia-{size}", hf_repo=f"EleutherAI/pythia-{size}")
        for size in ("70m", "160m", "410m", "1.4b", "6.9b")
    ]


def stated(path: Path) -> dict[tuple[str, str, str], tuple[float, float | None]]:
    """The numbers of a file, read as plainly as can be: task, metric, filter → value and error."""
    found = {}
    for task, row in json.loads(path.read_text())["results"].items():
        for key, value in row.items():
            metric, _comma, name = key.partition(",")
            if key in ("alias", "name", "sample_len") or metric.endswith("_stderr"):
                continue
            error = row.get(f"{metric}_stderr,{name}" if name else f"{metric}_stderr")
            found[task, metric, name] = (value, error if isinstance(error, float) else None)
    return found


def stored(name: str) -> dict[tuple[str, str, str], tuple[float, float | None]]:
    scores = Score.objects.filter(cell__imported__file__name=name, origin="imported")
    return {(one.task_name, one.metric, one.filter): (one.value, one.stderr) for one in scores}


@pytest.mark.slow
def test_every_number_of_every_file_is_there_exactly(pythia):
    outcomes = bring_in(DATA)
    paths = {path.relative_to(DATA).as_posix(): path for path in DATA.rglob("*.json")}
    assert {one.file: one.outcome for one in outcomes} == dict.fromkeys(paths, "new")
    total = 0
    for name, path in paths.items():
        wanted = stated(path)
        assert stored(name) == wanted, name
        assert all(math.isfinite(value) for value, _error in wanted.values())
        total += len(wanted)
    assert Score.objects.count() == total == 5917


def test_the_same_folder_a_second_time_changes_nothing(pythia):
    bring_in(DATA / "v0.4")
    bring_in(DATA / "pythia-v1" / "pythia-70m")
    before = list(Score.objects.order_by("pk").values())
    again = bring_in(DATA / "v0.4") + bring_in(DATA / "pythia-v1" / "pythia-70m")
    assert {one.outcome for one in again} == {"unchanged"}
    assert list(Score.objects.order_by("pk").values()) == before


@pytest.mark.slow
def test_a_training_curve_becomes_checkpoints_with_their_steps(pythia):
    bring_in(DATA / "pythia-v1" / "pythia-160m")
    card = ModelCard.objects.get(slug="pythia-160m")
    steps = Checkpoint.objects.filter(card=card).values_list("step", "revision", "repo_id")
    assert len(steps) == 27
    assert all(revision == f"step{step}" and repo == "EleutherAI/pythia-160m" for step, revision, repo in steps)
    curve = Score.objects.filter(card=card, task_name="arc_easy", metric="acc", num_fewshot=0)
    assert curve.count() == 27
    # One key for the whole curve: its points may be compared with one another, and with no run of our own.
    assert len(set(curve.values_list("comparable_key", flat=True))) == 1


def test_shots_of_a_list_follow_the_order_in_which_the_tasks_ran():
    bring_in(DATA / "ja-v0.2" / "models__community__cyberagent-open-calm-instruct-3b_1.3.0__result.json")
    shots = dict(Score.objects.values_list("task_name", "num_fewshot"))
    assert shots == {
        "jcommonsenseqa-1.1-0.3": 3,
        "jnli-1.1-0.3": 3,
        "marc_ja-1.1-0.3": 3,
        "jsquad-1.1-0.3": 2,
        "jaqket_v2-0.1-0.3": 1,
        "xlsum_ja-1.0-0.3": 1,
        "xwinograd_ja": 0,
        "mgsm-1.0-0.3": 5,
    }


def test_samples_beside_the_results_are_stored_as_those_of_our_own_runs():
    bring_in(DATA / "v0.4")
    stored_set = SampleSet.objects.get()
    assert (stored_set.rows, stored_set.prompts.rows) == (10, 10)
    assert stored_set.cell.task.name == "math_perturbed_full"
    assert Cell.objects.get(task__name="math_perturbed_full").documents_total == 5000


def test_a_model_called_dummy_gets_a_draft_and_its_limit_is_kept():
    bring_in(DATA / "v0.4" / "lm_eval_arc_easy_real.json")
    card = ModelCard.objects.get(slug="dummy")
    assert card.visibility == "internal"
    assert set(card.facts.values_list("field", "confidence")) == {("name", "inferred")}
    score = Score.objects.get(card=card, metric="acc")
    assert (score.n, score.cell.settings["limit"]) == (2, 2)
