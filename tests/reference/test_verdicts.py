"""What the comparison says of the six reference models is borne out by other documents and other examples.

Each round measures all models on all tasks of choice at 0 and 5 shots, on documents that the other has not seen and
with shots of another seed, and tests all pairs as the page does: paired, of one comparable key, corrected by Holm.
``VERDICT_DOCUMENTS=100 VERDICT_SHOTS=0,1,5`` takes more documents of each task; docs/statistics.md has what was found
with them.
"""

import os
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pytest

from evaluation.core.protocol import CellSpec, Failed, SamplesWritten, TaskDone
from evaluation.core.statistics import LEVEL, Difference, all_pairs, holm
from reference.catalog import MODELS
from reference.families import ABOUT
from reference.measure import CHOICE_TASKS, read_outcomes
from reference.taskdata import write_tasks
from tests.evaluation.runner.processes import LiveRunner, make_spec, of_kind

pytestmark = pytest.mark.slow

DOCUMENTS = int(os.environ.get("VERDICT_DOCUMENTS", "40"))
SHOTS = tuple(map(int, os.environ.get("VERDICT_SHOTS", "0,5").split(",")))
ROUNDS = ((31, 1), (32, 2))
"""Seed of the documents, seed of the shots."""
Question = tuple[str, str, str]
"""A task at a shot count, and two models."""


@dataclass(frozen=True)
class Verdict:
    """One tested pair. ``settled``: more than noise after the correction for all that was tested."""

    difference: Difference
    settled: bool

    @property
    def sign(self) -> int:
        return int(np.sign(self.difference.value))


@pytest.fixture(scope="module")
def rounds(warm_runner, tmp_path_factory) -> list[dict[Question, Verdict]]:
    return [verdicts(measured(warm_runner, tmp_path_factory.mktemp("round"), *seeds)) for seeds in ROUNDS]


def measured(runner: LiveRunner, folder, documents: int, shots: int) -> dict[tuple[str, str], dict[str, tuple]]:
    """Cell and comparable key → model → its outcomes, document by document."""
    write_tasks(folder / "tasks", documents, DOCUMENTS)
    cells = [CellSpec(f"{task} {count}", task, count, seed=shots) for task in CHOICE_TASKS for count in SHOTS]
    found = defaultdict(dict)
    for slug in (about.slug for about in ABOUT.values()):
        model, out = slug.removeprefix("sapling-"), folder / slug
        spec = make_spec(out, *cells, model=model, path=MODELS / slug, task_dirs=[str(folder / "tasks")])
        events = runner.score(replace(spec, batch_size="128"))
        assert not of_kind(events, Failed)
        keys = {done.cell: done.results[0].comparable_key for done in of_kind(events, TaskDone)}
        for written in of_kind(events, SamplesWritten):
            found[written.cell, keys[written.cell]][slug] = read_outcomes(out / written.outcomes.file).outcomes
    return found


def verdicts(found) -> dict[Question, Verdict]:
    """Every two models that may be held against one another."""
    tested = {}
    for (cell, _key), outcomes in found.items():
        slugs = sorted(outcomes)
        pairs = all_pairs(np.array([outcomes[slug] for slug in slugs]))
        for i, j in combinations(range(len(slugs)), 2):
            tested[cell, slugs[i], slugs[j]] = pairs[i][j]
    adjusted = holm([one.p for one in tested.values()])
    return {
        question: Verdict(one, p <= 1 - LEVEL)
        for (question, one), p in zip(tested.items(), adjusted, strict=True)
    }  # fmt: skip


def test_all_pairs_of_one_key_are_asked_in_both_rounds(rounds):
    first, second = rounds
    assert set(first) == set(second)
    # Four models that saw the same, and the two that are scored by pseudo-log-likelihood, in each cell.
    assert len(first) == len(CHOICE_TASKS) * len(SHOTS) * (6 + 1)


def test_no_verdict_is_contradicted_and_most_are_borne_out(rounds):
    for said, again in (rounds, rounds[::-1]):
        settled = {question: one for question, one in said.items() if one.settled}
        assert len(settled) >= len(said) / 8, "the models differ"
        same = [question for question, one in settled.items() if again[question].sign == one.sign]
        borne_out = [question for question in same if again[question].settled]
        contradicted = [q for q, one in settled.items() if again[q].settled and again[q].sign == -one.sign]
        print(f"{len(settled)} of {len(said)} settled; {len(borne_out)} again, {len(same)} with the same sign")
        assert contradicted == []
        assert len(same) == len(settled)
        assert len(borne_out) >= 0.7 * len(settled)


def test_intervals_of_one_round_hold_the_differences_of_the_other(rounds):
    """Two estimates with independent errors: the second is in the first's 95 % interval in about 83 % of cases."""
    first, second = rounds
    held = [
        one.difference.interval.low <= second[question].difference.value <= one.difference.interval.high
        for question, one in first.items()
        if one.difference.interval is not None
    ]
    assert np.mean(held) >= 0.75
