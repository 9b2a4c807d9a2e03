"""The shipped models have learnt what the tasks ask: a real run on documents of a seed that nothing was chosen by."""

import json
import math
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from evaluation.core.protocol import CellSpec, SamplesWritten
from reference.catalog import MODELS
from reference.exercises import KINDS
from reference.families import ABOUT, About
from reference.measure import CHOICE_TASKS, Cell, Measured, read_outcomes
from reference.taskdata import PREFIX, write_tasks
from tests.evaluation.runner.processes import LiveRunner, make_spec, of_kind

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FRESH_SEED, OTHER_SEED = 90210, 90211
DOCUMENTS = 120
TIE = 0.05  # rates in the corpus that differ by less are drawn by chance, and a guess between them is too
RULES = f"{PREFIX}rules"
CAUSAL = [about.slug for about in ABOUT.values() if about.objective == "causal-lm"]
NOT_CAUSAL = [about.slug for about in ABOUT.values() if about.objective != "causal-lm"]


@dataclass(frozen=True)
class Runs:
    """Everything measured: trained models by slug and cell, untrained ones likewise, and the guess per task."""

    trained: dict[str, dict[Cell, Measured]]
    untrained: dict[str, dict[Cell, Measured]]
    guess: dict[str, float]

    def baseline(self, slug: str, task: str, shots: int = 0) -> float:
        """The better of random weights and the best guess without the question."""
        return max(self.untrained[slug][task, shots].value, self.guess[task])

    def score(self, slug: str, task: str) -> Measured:
        """What a trained model reaches without shots."""
        return self.trained[slug][task, 0]


def best_guess(name: str, documents: list[dict]) -> float:
    """Accuracy without the question: by position, or the choice that is most often right in the corpus.

    Other documents of the task are no guide to take: those of the rules would tell the rule.
    """
    kind, rng = next(kind for kind in KINDS if kind.name == name), Random(OTHER_SEED)
    lines = [line for _ in range(1000) for line in kind.page(rng, 6)]
    right = Counter(line.answer for line in lines)
    offered = Counter(choice for line in lines for choice in (line.answer, *line.distractors))

    def chance_of_being_right(document: dict) -> float:
        rates = [right[choice] / max(1, offered[choice]) for choice in document["choices"]]
        likely = [at for at, rate in enumerate(rates) if rate > max(rates) - TIE]
        return (document["answer"] in likely) / len(likely)

    by_position = max(Counter(document["answer"] for document in documents).values())
    by_choice = sum(map(chance_of_being_right, documents))
    return max(by_position, by_choice) / len(documents)


def measured(runner: LiveRunner, about: About, folder: Path, tasks: Path, out: Path) -> dict[Cell, Measured]:
    """A model on all tasks without shots; a causal one on the rules with five as well."""
    asked = [*((task, 0) for task in CHOICE_TASKS), *([(RULES, 5)] if about.slug in CAUSAL else [])]
    cells = [CellSpec(f"{task}-{shots}", task, shots) for task, shots in asked]
    model = about.slug.removeprefix("sapling-")
    events = runner.score(make_spec(out, *cells, model=model, path=folder, batch_size="128", task_dirs=[str(tasks)]))
    written = {event.cell: event.outcomes.file for event in of_kind(events, SamplesWritten)}
    return {(task, shots): read_outcomes(out / written[f"{task}-{shots}"]) for task, shots in asked}


@pytest.fixture(scope="module")
def runs(tmp_path_factory, warm_runner) -> Runs:
    """Six trained and six untrained models on fresh documents; on the rules the causal ones with shots as well."""
    tasks, out = tmp_path_factory.mktemp("tasks"), tmp_path_factory.mktemp("out")
    write_tasks(tasks, FRESH_SEED, DOCUMENTS)
    untrained = tmp_path_factory.mktemp("untrained")
    subprocess.run([sys.executable, "-m", "reference.untrained", "--out", str(untrained)], cwd=ROOT, check=True)

    def documents(task: str) -> list[dict]:
        return [json.loads(line) for line in (tasks / f"{task}.jsonl").read_text().splitlines()]

    return Runs(
        {each.slug: measured(warm_runner, each, MODELS / each.slug, tasks, out / each.slug) for each in ABOUT.values()},
        {
            each.slug: measured(warm_runner, each, untrained / each.slug, tasks, out / f"untrained-{each.slug}")
            for each in ABOUT.values()
        },
        {task: best_guess(task.removeprefix(PREFIX), documents(task)) for task in CHOICE_TASKS},
    )


@pytest.mark.parametrize("task", CHOICE_TASKS)
def test_the_best_model_is_far_above_the_baseline(runs, task):
    cells = [(slug, shots) for slug, scores in runs.trained.items() for name, shots in scores if name == task]
    slug, shots = max(cells, key=lambda cell: runs.trained[cell[0]][task, cell[1]].value)
    score, baseline = runs.trained[slug][task, shots], runs.baseline(slug, task, shots)
    assert score.value - baseline >= 0.15
    assert score.value - baseline > 5 * standard_error(score, baseline)


def standard_error(score: Measured, baseline: float) -> float:
    """Of the difference, both shares being measured on as many documents."""
    count = len(score.outcomes)
    return math.sqrt(score.stderr**2 + baseline * (1 - baseline) / (count - 1))


@pytest.mark.parametrize("slug", CAUSAL)
def test_shots_reveal_the_rule_to_a_causal_model(runs, slug):
    scores = runs.trained[slug]
    assert scores[RULES, 5].value - scores[RULES, 0].value >= 0.15


@pytest.mark.parametrize("slug", NOT_CAUSAL)
def test_every_other_model_has_learnt_at_least_two_tasks(runs, slug):
    scores = {task: (runs.score(slug, task), runs.baseline(slug, task)) for task in CHOICE_TASKS}
    learnt = [task for task, (score, base) in scores.items() if score.value - base > 3 * standard_error(score, base)]
    assert len(learnt) >= 2


def test_on_three_tasks_two_architecture_families_differ(runs):
    family = {about.slug: about.architecture_family for about in ABOUT.values()}
    pairs = [
        (task, first, second)
        for task in CHOICE_TASKS
        for first, second in combinations(family, 2)
        if family[first] != family[second]
    ]
    values = [p_value(runs.score(first, task), runs.score(second, task)) for task, first, second in pairs]
    differs = multipletests(values, alpha=0.05, method="holm")[0]
    assert len({task for (task, _, _), is_different in zip(pairs, differs, strict=True) if is_different}) >= 3


def p_value(first: Measured, second: Measured) -> float:
    """McNemar's exact test on the same documents."""
    table = [[0, 0], [0, 0]]
    for left, right in zip(first.outcomes, second.outcomes, strict=True):
        table[int(left)][int(right)] += 1
    return float(mcnemar(table, exact=True).pvalue)
