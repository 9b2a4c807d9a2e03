"""What ``manage.py evaluate`` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser

from evaluation.actions import ActionError, Plan
from evaluation.models import Cell
from evaluation.progress import Summary

BAR_WIDTH = 30


class Writes(Protocol):
    """Where lines go: Django's command output."""

    def write(self, msg: str, /, *, ending: str = "\n") -> object: ...

    def flush(self) -> object: ...


def person(name: str) -> AbstractBaseUser:
    """The account of that name, or the first active administrator. Raises ``ActionError``."""
    people = get_user_model().objects.filter(is_active=True)
    found = people.filter(username=name) if name else people.filter(is_superuser=True).order_by("pk")
    user = found.first()
    if user is None:
        raise ActionError(
            f"There is no account “{name}”." if name else "There is no administrator; name one by --user."
        )
    return user


def plan_lines(plan: Plan) -> list[str]:
    """The matrix: one line per cell, then the sums and the estimate."""
    rows: list[tuple[str, ...]] = [
        (c.verdict, c.model, c.task.name, f"{c.asked_fewshot}-shot", c.reason) for c in plan.cells
    ]
    lines = _table(rows)
    sums = ", ".join(f"{plan.count(verdict)} {verdict}" for verdict in ("run", "reuse", "refused"))
    return [*lines, f"{sums}; {_estimate(plan)}"]


def _estimate(plan: Plan) -> str:
    if not plan.count("run"):
        return "nothing to run"
    if not plan.devices:
        return "no live device can take it now"
    took = "how long is not known yet" if plan.seconds is None else f"about {duration(plan.seconds)}"
    return f"{took} on {plan.devices} device{'s' if plan.devices != 1 else ''}"


def result_lines(cells: Iterable[Cell]) -> list[str]:
    """Every metric of every cell, or why there is none."""
    rows: list[tuple[str, ...]] = []
    for cell in cells:
        head = (cell.checkpoint.card.slug, cell.task.name, f"{cell.num_fewshot}-shot")
        scores = list(cell.scores.all())
        rows += [(*head, s.metric, f"{s.value:.4f}", "" if s.stderr is None else f"± {s.stderr:.4f}") for s in scores]
        if not scores:
            rows.append((*head, cell.state, cell.reason, ""))
    return _table(rows)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def duration(seconds: float) -> str:
    """Seconds in words of two parts at most."""
    whole = 1 if 0 < seconds < 1 else round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class ProgressBar:
    """One line that is drawn anew on a terminal, or a line per change of cells elsewhere."""

    def __init__(self, out: Writes, live: bool) -> None:
        self.out = out
        self.live = live
        self.last = ""

    def show(self, now: Summary) -> bool:
        """Draw; returns whether all is over."""
        text = f"{now.over}/{now.total} cells"
        if self.live:
            part = now.percent / 100 if now.fraction is None else now.fraction
            filled = round(BAR_WIDTH * part)
            left = "" if now.seconds_left is None else f", {duration(now.seconds_left)} left"
            bar = "█" * filled + "·" * (BAR_WIDTH - filled)
            text = f"{bar} {100 * part:3.0f} %  {text}{left}"
        if text != self.last:
            self.out.write(f"\r\x1b[K{text}" if self.live else text, ending="" if self.live else "\n")
            self.out.flush()
            self.last = text
        return now.ended

    def close(self) -> None:
        """Leave the line."""
        if self.live:
            self.out.write("")
