"""What must hold after a storm."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from evaluation.models import Attempt, Cell, Device, Run, SampleSet, Score
from tests.chaos.storm import Storm

SLACK = 2.5
"""Seconds that a busy machine takes to notice: a runner looks at its lease every second and twice."""


def check(storm: Storm, wanted: int) -> dict[str, object]:
    """Raise AssertionError unless every cell ended right; returns what there was to see."""
    cells = list(Cell.objects.all())
    assert len(cells) == wanted
    assert {cell.state for cell in cells} <= {"done", "failed"}, Counter(cell.state for cell in cells)
    assert not Run.objects.exclude(state__in=["done", "failed"]).exists()
    check_failures(storm, [cell for cell in cells if cell.state == "failed"])
    done = {cell.pk for cell in cells if cell.state == "done"}
    check_scores(done)
    check_samples(storm, done)
    overlaps = check_overlaps(storm)
    assert not Device.objects.filter(run__isnull=False).exists(), "a device is held by a run that is over"
    overdue = sum(word == "overdue" for _pid, word, *_rest in lines(storm))
    attempts = Counter(Run.objects.values_list("attempt", flat=True))
    return {
        "cells": len(cells),
        "failed": len(cells) - len(done),
        "attempts": dict(attempts),
        "overlaps": overlaps,
        "overdue": overdue,
    }


def check_failures(storm: Storm, failed: list[Cell]) -> None:
    """A cell fails only where its runner was made to say so, or died twice in its middle."""
    deaths, ordered = deaths_of(storm)
    for cell in failed:
        told = list(Attempt.objects.filter(run=cell.run_id).order_by("number").values_list("number", "reason"))
        why = f"cell {cell.pk}, of whose deaths {deaths[cell.pk]} are known: {cell.reason} Its attempts: {told}"
        if "second time" in cell.reason:
            assert deaths[cell.pk] >= 2, why
        else:
            assert cell.reason == "A fake failure of task.", why
            assert "task" in ordered[cell.pk], why


def deaths_of(storm: Storm) -> tuple[Counter[int], dict[int, set[str]]]:
    """How often a runner died in the middle of each cell, and what it was ordered to do wrong there."""
    in_hand: dict[tuple[str, int], int] = {}
    deaths: Counter[int] = Counter()
    ordered: dict[int, set[str]] = defaultdict(set)
    told, started = lives(storm)
    for runner, word, *rest in told:
        if word == "cell":
            in_hand[runner] = int(rest[1])
        elif word == "fault" and runner in in_hand:
            ordered[in_hand[runner]].add(rest[0])
            deaths[in_hand[runner]] += rest[0] == "die"
    for when, pid in storm.killed:
        killed = max((life for life, begun in started.items() if life[0] == str(pid) and begun <= when), default=None)
        if killed in in_hand:
            deaths[in_hand[killed]] += 1
    return deaths, ordered


def check_scores(done: set[int]) -> None:
    """Each cell that is done has its score exactly once, and no other cell has one."""
    scores = Counter(Score.objects.values_list("cell", flat=True))
    assert set(scores) == done
    assert set(scores.values()) <= {1}, "a score is there twice"


def check_samples(storm: Storm, done: set[int]) -> None:
    """Each cell that is done has its samples, whole, stored by an attempt that there was."""
    stored = {row.cell_id: row for row in SampleSet.objects.select_related("cell__run", "prompts")}
    assert set(stored) == done
    for row in stored.values():
        for file, sha256 in ((row.file, row.sha256), (row.prompts.file, row.prompts.sha256)):
            content = (storm.site.directory / "files" / file).read_bytes()
            assert hashlib.sha256(content).hexdigest() == sha256, f"{file} is not what its row says"
        run, attempt = map(int, Path(row.file).parent.name.split("-"))
        assert row.cell.run is not None
        assert run == row.cell.run.pk
        assert attempt <= row.cell.run.attempt


def check_overlaps(storm: Storm) -> list[float]:
    """Two work on one run only while one of them is stopped or cut off, for at most one lease."""
    nodes, steps = {}, defaultdict(list)
    told, _started = lives(storm)
    for runner, word, *rest in told:
        if word == "start":
            nodes[runner] = rest[0]
        elif word == "step":
            of_run, at = rest[0].split(".")
            steps[int(of_run)].append((int(at), float(rest[2]), nodes[runner]))
    overlaps = []
    for run, taken in steps.items():
        for attempt in {each for each, _when, _node in taken}:
            mine = [(when, node) for each, when, node in taken if each == attempt]
            later = [when for each, when, _node in taken if each > attempt]
            last, node = max(mine)
            if later and last > min(later):
                overlap = last - min(later)
                overlaps.append(round(overlap, 2))
                assert overlap <= storm.lease + SLACK, f"run {run}: two worked on it for {overlap:.1f} s"
                assert disturbed(storm, node, min(later), last), f"run {run}: {node} was neither stopped nor cut off"
    return overlaps


def disturbed(storm: Storm, node: str, begin: float, end: float) -> bool:
    """Whether a node was stopped or cut off around that time."""
    return any(
        who == node and start <= end + SLACK and stop >= begin - storm.lease for who, start, stop in storm.disturbed
    )


def lives(storm: Storm) -> tuple[list[tuple[Any, ...]], dict[tuple[str, int], float]]:
    """What the fake runners traced, each line by ``(number of the process, its how manieth bearer)``, and their begins.

    The system gives a process the number of one that ended, on a busy machine within minutes.
    """
    bearers: Counter[str] = Counter()
    started: dict[tuple[str, int], float] = {}
    told: list[tuple[Any, ...]] = []
    for pid, word, *rest in lines(storm):
        if word == "start":
            bearers[pid] += 1
            started[pid, bearers[pid]] = float(rest[1])
        told.append(((pid, bearers[pid]), word, *rest))
    return told, started


def lines(storm: Storm) -> list[list[str]]:
    """What the fake runners traced, in order."""
    return [line.split() for line in storm.site.trace.read_text().splitlines() if len(line.split()) > 1]
