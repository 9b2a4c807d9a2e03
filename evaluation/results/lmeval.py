"""Reads a results file of lm-evaluation-harness, schema 0.2, 0.3 or 0.4.

0.2 and 0.3 write ``{"acc": 0.5, "acc_stderr": 0.01}`` for each task and one ``num_fewshot`` for all of them (forks of
0.2 a list, one for each task in the order of ``versions``). 0.4 writes ``{"acc,none": 0.5, "acc_stderr,none": "N/A"}``,
shots and documents for each task, and groups as rows of their own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from evaluation.results.jsontext import NotANumber, plain
from evaluation.results.metrics import read_metrics
from evaluation.results.modelname import named_model
from evaluation.results.shapes import Results, StatedTask, wrong
from modelcards.tables import RowError

VERSIONED = re.compile(r"(?P<plain>.+?)-(?P<version>\d+(?:\.\d+)*)(?:-\d+(?:\.\d+)+)?")
LONGEST_TASK, MOST_TASKS, MOST_SHOTS = 200, 20_000, 10_000
# What 0.4 writes about the run as a whole and a reader of the scores may ask for.
RECORDED = (
    "git_hash", "transformers_version", "lm_eval_version", "model_source", "fewshot_as_multiturn", "chat_template_sha",
    "system_instruction_sha", "total_evaluation_time_seconds", "max_length",
)  # fmt: skip


def read_results(found: Any, file: str) -> Results:
    """The results that a decoded JSON value states. Raises ResultsError naming each field that is wrong."""
    if not isinstance(found, dict) or not isinstance(found.get("results"), dict):
        raise wrong(file, _("is no results file of lm-eval: it has no object “results”"), column="results")
    config = found.get("config")
    if not isinstance(config, dict):
        raise wrong(file, _("is no results file of lm-eval: it has no object “config”"), column="config")
    return _Reader(found, config, file).read()


class _Reader:
    def __init__(self, found: dict[str, Any], config: dict[str, Any], file: str) -> None:
        self.found, self.config, self.file = found, config, file
        self.notes: list[RowError] = []
        groups = self.table("groups")
        self.rows: dict[str, Any] = {**groups, **found["results"]}
        self.members = {
            name: tuple(str(one) for one in some)
            for name, some in self.table("group_subtasks").items()
            if isinstance(some, list) and some
        }
        self.groups = {*groups, *self.members}
        self.harness = self.schema()
        self.shots = self.fewshots()

    def read(self) -> Results:
        if not self.rows or len(self.rows) > MOST_TASKS:
            reason = _("names no task") if not self.rows else _("names more than %(n)d tasks") % {"n": MOST_TASKS}
            raise wrong(self.file, reason, column="results")
        tasks = tuple(task for name, row in self.rows.items() for task in self.task(name, row))
        if not any(task.metrics for task in tasks):
            raise wrong(self.file, _("holds no number at all"), column="results")
        return Results(
            file=self.file,
            harness=self.harness,
            model=named_model(self.config, self.file),
            tasks=tasks,
            made_at=self.date(),
            settings=self.settings(),
            record=self.record(),
            notes=tuple(self.notes),
        )

    def schema(self) -> str:
        names = (key for row in self.rows.values() if isinstance(row, dict) for key in row)
        if {"configs", "n-shot", "n-samples"} & set(self.found) or any("," in name for name in names):
            return "0.4"
        return "0.2" if isinstance(self.config.get("num_fewshot"), list) else "0.3"

    def fewshots(self) -> dict[str, int]:
        """Shots of each task, as far as they are said task by task."""
        stated = self.config.get("num_fewshot")
        if isinstance(stated, list):
            return self.paired(stated)
        return {name: self.count(shots, f"n-shot.{name}", MOST_SHOTS) for name, shots in self.table("n-shot").items()}

    def paired(self, stated: list[Any]) -> dict[str, int]:
        """A list of shots belongs to the tasks as they were run, and ``versions`` keeps that order."""
        order = list(self.table("versions")) or list(self.rows)
        if len(order) != len(stated) or not set(self.rows) <= set(order):
            reason = _("lists %(shots)d shot counts for %(tasks)d tasks, so which belongs to which is not known")
            said = {"shots": len(stated), "tasks": len(order)}
            raise wrong(self.file, reason % said, column="config.num_fewshot")
        if len(set(map(str, stated))) > 1:
            note = _("is a list: its entries are taken for the tasks in the order of “versions”")
            self.note("config.num_fewshot", note)
        return {
            name: self.count(shots, f"config.num_fewshot[{place}]", MOST_SHOTS)
            for place, (name, shots) in enumerate(zip(order, stated, strict=True))
        }

    def task(self, name: str, row: Any) -> Iterator[StatedTask]:
        where = f"results.{name}"
        if not isinstance(row, dict):
            raise wrong(self.file, _("is no object of metrics"), column=where)
        if not name.strip() or len(name) > LONGEST_TASK:
            reason = _("a task needs a name of at most %(n)d letters") % {"n": LONGEST_TASK}
            raise wrong(self.file, reason, column=where[:100])
        better = self.table("higher_is_better").get(name)
        metrics = read_metrics(row, self.file, where, better if isinstance(better, dict) else {}, self.note)
        if not metrics:
            self.note(where, _("has no number"))
            return
        version, n, limit = self.version(name), *self.documents(name, row)
        config = self.table("configs").get(name)
        samples = self.table("samples").get(name)
        task_hash = self.table("task_hashes").get(name)
        yield StatedTask(
            name=name,
            plain=self.plain_name(name, version),
            kind="group" if name in self.groups else "task",
            members=self.members.get(name, ()),
            num_fewshot=self.shots_of(name),
            version=version,
            limit=limit,
            n=n,
            metrics=metrics,
            config=plain(config) if isinstance(config, dict) else {},
            task_hash=task_hash if isinstance(task_hash, str) else "",
            samples=samples if isinstance(samples, list) else (),
        )

    def shots_of(self, name: str, seen: frozenset[str] = frozenset()) -> int:
        """Shots of a task; of a group row that does not say, the most that one of its parts had."""
        if name in self.shots:
            return self.shots[name]
        inside = self.table("configs").get(name)
        for shots, where in (
            (inside.get("num_fewshot") if isinstance(inside, dict) else None, f"configs.{name}.num_fewshot"),
            (self.config.get("num_fewshot"), "config.num_fewshot"),
        ):
            if shots is not None:
                return self.count(shots, where, MOST_SHOTS)
        parts = [self.shots_of(one, seen | {name}) for one in self.members.get(name, ()) if one not in seen | {name}]
        if len(set(parts)) > 1:
            self.note(f"results.{name}", _("is a group of parts with different shots; the most of them stands for it"))
        return max(parts, default=0)

    def documents(self, name: str, row: Mapping[str, Any]) -> tuple[int | None, int | None]:
        """Documents really scored, and how many were asked for (None: all)."""
        counts = self.table("n-samples").get(name)
        counts = counts if isinstance(counts, dict) else {}
        effective = counts.get("effective", row.get("sample_len"))
        n = None if effective is None else self.count(effective, f"n-samples.{name}.effective")
        original = counts.get("original")
        limit = self.limit(n)
        if limit is None and n is not None and isinstance(original, int) and 0 <= n < original:
            limit = n
        return n, limit

    def limit(self, n: int | None) -> int | None:
        """``limit`` as a number of documents; below one it is a share, which only the file's own counts tell."""
        stated = self.config.get("limit")
        if stated is None or stated == "":
            return None
        value = _number(stated)
        if value is None or value <= 0:
            raise wrong(self.file, _("is no number of documents"), column="config.limit")
        if value >= 1:
            return int(min(value, 2**31 - 1))
        if n is None:
            reason = _("is a share, and the file does not say how many documents that were; add “n-samples”")
            raise wrong(self.file, reason, column="config.limit")
        return n

    def version(self, name: str) -> str:
        stated = self.table("versions").get(name)
        told = isinstance(stated, (int, float, str)) and not isinstance(stated, bool)
        return str(stated)[:40] if told else ""

    def plain_name(self, name: str, version: str) -> str:
        """``jsquad`` of ``jsquad-1.1-0.2``, where the file's own version says that 1.1 is one."""
        found = VERSIONED.fullmatch(name)
        same = found is not None and bool(version) and _same(found["version"], version)
        return found["plain"] if found is not None and same else name

    def settings(self) -> dict[str, Any]:
        """What is part of a cell's identity besides model, task, shots and limit; None where it is not said."""
        seed = self.config.get("fewshot_seed")
        generation = self.config.get("gen_kwargs")
        system = self.found.get("system_instruction")
        return {
            "seed": seed if isinstance(seed, int) else None,
            "chat_template": self.templated(),
            "system_instruction": system[:10_000] if isinstance(system, str) else None,
            "generation_kwargs": plain(generation) if isinstance(generation, (dict, str)) else {},
        }

    def templated(self) -> bool:
        """Whether a chat template was applied; our own files say so in words of their own, as they hold no template."""
        told = self.found.get("chat_template") or self.found.get("chat_template_sha")
        return bool(told or self.table("arboretum").get("chat_template"))

    def record(self) -> dict[str, Any]:
        """What a reader of the scores may ask for: device, batch size, versions, seeds."""
        seeds = {name: self.config.get(f"{name}_seed") for name in ("random", "numpy", "torch", "fewshot")}
        told: dict[str, Any] = {name: self.found.get(name) for name in RECORDED}
        told |= {name: self.config.get(name) for name in ("model", "batch_size", "device", "model_sha", "limit")}
        told["seeds"] = {name: seed for name, seed in seeds.items() if isinstance(seed, int)}
        return {name: plain(value) for name, value in told.items() if _short(value)}

    def date(self) -> datetime | None:
        stated = _number(self.found.get("date"))
        if stated is None or not 0 < stated < 4e9:
            return None
        return datetime.fromtimestamp(stated, UTC)

    def table(self, name: str) -> dict[str, Any]:
        """An object of the file; empty where it is absent or something else."""
        value = self.found.get(name)
        return value if isinstance(value, dict) else {}

    def count(self, value: Any, where: str, most: int = 2**31 - 1) -> int:
        number = _number(value) if value is not None else 0
        if number is None or number != int(number) or not 0 <= number <= most:
            reason = _("is no whole number from 0 to %(most)d: %(found)s") % {"most": most, "found": str(value)[:40]}
            raise wrong(self.file, reason, column=where)
        return int(number)

    def note(self, where: str, reason: str) -> None:
        self.notes.append(RowError(self.file, 1, where[:200], reason))


def _number(value: Any) -> float | None:
    """A finite number, be it written as text; else None."""
    if isinstance(value, (bool, NotANumber)) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _same(one: str, other: str) -> bool:
    left, right = _number(one), _number(other)
    return one == other or (left is not None and left == right)


def _short(value: Any) -> bool:
    """Whether a value says something and is no novel."""
    return value not in (None, "", {}, []) and len(str(value)) <= 1000
