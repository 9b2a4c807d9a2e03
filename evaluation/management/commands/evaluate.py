"""Queues an evaluation from a shell: the same plan, the same words as in the browser."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.actions import ActionError, Plan, evaluation_plan, evaluation_submit
from evaluation.cli import ProgressBar, person, plan_lines, result_lines
from evaluation.core.request import EvaluationRequest, RequestError
from evaluation.models import Cell, Evaluation
from evaluation.progress import evaluation_summary

LOOK_SECONDS = 0.5


class Command(BaseCommand):
    help = "Queue models x tasks x shots; with --wait, show progress and end with 1 when a cell failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--models", required=True, help="slug or slug@revision, separated by commas")
        parser.add_argument("--tasks", required=True, help="tasks, groups or tags, separated by commas")
        parser.add_argument("--num-fewshot", default="0", help="shot counts, separated by commas")
        parser.add_argument("--limit", type=int, help="documents per task")
        parser.add_argument("--batch-size", default="16")
        parser.add_argument("--seed", type=int, default=1234)
        parser.add_argument("--dtype", default="float32")
        parser.add_argument("--priority", type=int, default=0)
        parser.add_argument("--note", default="")
        parser.add_argument("--user", default="", help="whose evaluation it is (default: the first administrator)")
        parser.add_argument("--force", action="store_true", help="measure again what is there already")
        parser.add_argument("--wait", action="store_true", help="wait for the end and print the scores")
        parser.add_argument("--plan", action="store_true", help="only show what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = person(str(options["user"]))
            request = EvaluationRequest.from_json(_mapping(options))
            plan = evaluation_plan(user=user, request=request)
            self._print(plan_lines(plan))
            if not options["plan"]:
                self._submit(user, request, plan, wait=bool(options["wait"]))
        except RequestError as error:
            lines = [f"{name}: {text}" for name, texts in error.errors.items() for text in texts]
            raise CommandError("\n".join(lines), returncode=2) from None
        except ActionError as error:
            raise CommandError(error.reason) from None

    def _submit(self, user: AbstractBaseUser, request: EvaluationRequest, plan: Plan, wait: bool) -> None:
        submission = evaluation_submit(user=user, request=request, from_shell=True)
        self.stdout.write(f"Evaluation {submission.evaluation.pk}")
        if not submission.woken:
            self.stdout.write("Redis is not reachable: the work starts when it is back.")
        if wait:
            self._wait(submission.evaluation)
        if refused := plan.count("refused"):
            raise CommandError(f"{refused} of {len(plan.cells)} cells were refused.")

    def _wait(self, evaluation: Evaluation) -> None:
        bar = ProgressBar(self.stdout, live=sys.stdout.isatty())
        try:
            while not bar.show(evaluation_summary(evaluation)):
                time.sleep(LOOK_SECONDS)
        except KeyboardInterrupt:
            raise CommandError("Not waiting any longer; the evaluation goes on.", returncode=130) from None
        finally:
            bar.close()
        cells = list(Cell.objects.filter(evaluations=evaluation).distinct().for_page())
        self._print(result_lines(cells))
        states = Counter(cell.state for cell in cells)
        if bad := states["failed"] + states["cancelled"]:
            raise CommandError(f"{bad} of {len(cells)} cells did not end well.")

    def _print(self, lines: list[str]) -> None:
        self.stdout.write("\n".join(lines))


def _mapping(options: dict[str, Any]) -> dict[str, Any]:
    """The options as the JSON of a request; what is not a number goes on as it is and is refused there."""
    names = ("limit", "seed", "dtype", "priority", "note", "force")
    return {
        "models": options["models"].split(","),
        "tasks": options["tasks"].split(","),
        "num_fewshot": [_number(part) for part in options["num_fewshot"].split(",")],
        "batch_size": str(options["batch_size"]),
        **{name: options[name] for name in names},
    }


def _number(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text
