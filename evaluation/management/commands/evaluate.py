"""Queues evaluations from a shell: the same plan, the same words as in the browser."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.actions import ActionError, Plan, evaluation_plan, evaluation_submit
from evaluation.actions.sweep_submit import Planned, sweep_plan, sweep_submit
from evaluation.cli import ProgressBar, asked, group_lines, person, plan_lines, result_lines, sweep_lines
from evaluation.core.request import EvaluationRequest, RequestError
from evaluation.core.sweep import LARGEST, Entry, SweepError, read_sweep
from evaluation.models import Cell
from evaluation.progress import Summary
from evaluation.shares import summary_of

LOOK_SECONDS = 0.5
DEFAULTS = {
    "num_fewshot": "0",
    "limit": None,
    "batch_size": "16",
    "seed": "1234",
    "dtype": "float32",
    "backend": "hf",
    "chat_template": False,
    "system_instruction": None,
    "generation_kwargs": "{}",
    "requires": "",
    "priority": 0,
    "note": "",
    "force": False,
}
"""Of the options that say what to measure; a file says all of that itself."""


class Command(BaseCommand):
    help = "Queue models x tasks x shots x seeds; with --wait, show progress and end with 1 when a cell failed."
    requires_system_checks = ()  # They import every page and the API, which this command does without.

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--models", help="slug or slug@revision, separated by commas")
        parser.add_argument("--tasks", help="tasks, groups or tags, separated by commas")
        parser.add_argument("--num-fewshot", help="shot counts, separated by commas (default: 0)")
        parser.add_argument("--limit", type=int, help="documents per task")
        parser.add_argument("--batch-size", help="a number, or auto (default: 16)")
        parser.add_argument("--seed", help="seeds, separated by commas (default: 1234)")
        parser.add_argument("--dtype", help="float32 (default), bfloat16, float16 or auto")
        parser.add_argument("--backend", help="what computes: hf (default), or vllm on nodes that have it")
        parser.add_argument("--chat-template", action="store_true", help="apply the models' chat templates")
        parser.add_argument("--system-instruction", help="text before every prompt")
        parser.add_argument("--generation-kwargs", help='JSON such as {"max_gen_toks": 64}')
        parser.add_argument("--requires", help="labels that a node must have, separated by commas, such as a100")
        parser.add_argument("--priority", type=int, help="higher goes first (default: 0)")
        parser.add_argument("--note", help="title on the queue")
        parser.add_argument("--force", action="store_true", help="measure again what is there already")
        parser.add_argument("--file", help="a sweep in YAML, or - for standard input; adds only what is missing")
        parser.add_argument("--user", default="", help="whose evaluation it is (default: the first administrator)")
        parser.add_argument("--wait", action="store_true", help="wait for the end and print the scores")
        parser.add_argument("--plan", action="store_true", help="only show what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = person(str(options["user"]))
            if options["file"]:
                self._sweep(user, options)
            else:
                self._one(user, options)
        except RequestError as error:
            lines = [f"{name}: {text}" for name, texts in error.errors.items() for text in texts]
            raise CommandError("\n".join(lines), returncode=2) from None
        except SweepError as error:
            lines = [problem.told(str(options["file"])) for problem in error.problems]
            raise CommandError("\n".join(lines), returncode=2) from None
        except ActionError as error:
            raise CommandError(error.reason) from None

    def _one(self, user: AbstractBaseUser, options: dict[str, Any]) -> None:
        if not options["models"] or not options["tasks"]:
            raise CommandError("Name --models and --tasks, or a --file.", returncode=2)
        request = EvaluationRequest.from_json(asked(_given(options)))
        plan = evaluation_plan(user=user, request=request)
        self._print(plan_lines(plan))
        if options["plan"]:
            return
        submission = evaluation_submit(user=user, request=request, from_shell=True)
        self.stdout.write(f"Evaluation {submission.evaluation.pk}")
        self._say_woken(submission.woken)
        cells = list(Cell.objects.filter(evaluations=submission.evaluation).values_list("pk", flat=True))
        self._end([plan], cells if options["wait"] else [])

    def _sweep(self, user: AbstractBaseUser, options: dict[str, Any]) -> None:
        both = [name for name in ("models", "tasks", *DEFAULTS) if options[name]]
        if both:
            names = ", ".join("--" + name.replace("_", "-") for name in both)
            raise CommandError(f"The file says what to measure; leave out {names}.", returncode=2)
        entries = _read(str(options["file"]))
        if options["plan"]:
            self._print(sweep_lines(sweep_plan(user=user, entries=entries)))
            return
        done = sweep_submit(user=user, entries=entries, from_shell=True)
        self._print(sweep_lines(done))
        self._say_woken(all(planned.submission.woken for planned in done if planned.submission))
        self._end([planned.plan for planned in done], _cells(done) if options["wait"] else [])

    def _say_woken(self, woken: bool) -> None:
        if not woken:
            self.stdout.write("Redis is not reachable: the work starts when it is back.")

    def _end(self, plans: Sequence[Plan], cells: list[int]) -> None:
        """Wait for ``cells``, and end badly where something was refused."""
        if cells:
            self._wait(cells, {name for plan in plans for name in plan.request.tasks})
        if refused := sum(plan.count("refused") for plan in plans):
            raise CommandError(f"{refused} of {sum(len(plan.cells) for plan in plans)} cells were refused.")

    def _wait(self, pks: list[int], tasks: set[str]) -> None:
        bar = ProgressBar(self.stdout, live=sys.stdout.isatty())
        try:
            while not bar.show(_summary(pks)):
                time.sleep(LOOK_SECONDS)
        except KeyboardInterrupt:
            raise CommandError("Not waiting any longer; the evaluation goes on.", returncode=130) from None
        finally:
            bar.close()
        cells = list(Cell.objects.filter(pk__in=pks).for_page())
        self._print(result_lines(cells) + group_lines(tasks, cells))
        states = Counter(cell.state for cell in cells)
        if bad := states["failed"] + states["cancelled"]:
            raise CommandError(f"{bad} of {len(cells)} cells did not end well.")

    def _print(self, lines: list[str]) -> None:
        self.stdout.write("\n".join(lines))


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that say what to measure, each with its default where it is not given."""
    return {name: options[name] or DEFAULTS.get(name) for name in ("models", "tasks", *DEFAULTS)} | {
        "limit": options["limit"]
    }


def _read(name: str) -> tuple[Entry, ...]:
    """The entries of a sweep file; no more of it is read than a sweep may have."""
    try:
        if name == "-":
            return read_sweep(sys.stdin.buffer.read(LARGEST + 1))
        with Path(name).open("rb") as stream:
            return read_sweep(stream.read(LARGEST + 1))
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}.", returncode=2) from None


def _cells(done: Sequence[Planned]) -> list[int]:
    return list(dict.fromkeys(pk for planned in done for pk in planned.cells()))


def _summary(pks: list[int]) -> Summary:
    return summary_of(Cell.objects.filter(pk__in=pks))
