"""What ``manage.py evaluate`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser

from evaluation.actions import ActionError, Plan, PlannedCell
from evaluation.actions.sweep_submit import Planned
from evaluation.core.request import read_json
from evaluation.endpoints import length
from evaluation.groups import GroupTree, group_cells
from evaluation.models import Cell, Endpoint
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
        (c.verdict, c.model, c.task.name, _at(c, plan), " ".join(filter(None, (c.reason, c.waits)))) for c in plan.cells
    ]
    lines = _table(rows)
    sums = ", ".join(f"{plan.count(verdict)} {verdict}" for verdict in ("run", "reuse", "refused"))
    return [*lines, f"{sums}; {_estimate(plan)}"]


def _at(cell: PlannedCell, plan: Plan) -> str:
    """The shots, with the seed where several are asked for."""
    several = len(plan.request.seed) > 1
    return f"{cell.asked_fewshot}-shot, seed {cell.seed}" if several else f"{cell.asked_fewshot}-shot"


def _estimate(plan: Plan) -> str:
    if not plan.count("run"):
        return "nothing to run"
    if not plan.devices:
        return "no live device can take it now"
    took = "how long is not known yet" if plan.seconds is None else f"about {duration(plan.seconds)}"
    took += " (by the speed of other models)" if plan.by_others else ""
    devices = f"{plan.devices} device{'s' if plan.devices != 1 else ''}"
    nodes = f" of {plan.nodes} nodes" if plan.nodes > 1 else ""
    waiting = f"; {plan.waiting} would wait" if plan.waiting else ""
    return f"{took} on {devices}{nodes}{waiting}"


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


def group_lines(names: Iterable[str], cells: Sequence[Cell]) -> list[str]:
    """Every metric of the groups among ``names`` and below them of which all parts are done and among ``cells``."""
    rows: list[tuple[str, ...]] = []
    for group in group_cells(GroupTree.of(names), cells):
        head = (group.checkpoint.card.slug, group.task.name, f"{group.num_fewshot}-shot")
        for score in group.scores:
            error = "" if score.stderr is None else f"± {score.stderr:.4f}"
            rows.append((*head, score.metric, f"{score.value:.4f}", error))
    return ["Groups", *_table(rows)] if rows else []


def sweep_lines(sweep: Sequence[Planned]) -> list[str]:
    """The plan of every entry, what was queued for it, and how much was missing in all."""
    lines: list[str] = []
    for planned in sweep:
        title = planned.entry.request.note or f"line {planned.entry.line}"
        lines += [f"{title}:", *plan_lines(planned.plan)]
        if planned.submission:
            lines.append(f"Evaluation {planned.submission.evaluation.pk}")
    missing = sum(planned.missing for planned in sweep)
    lines.append(f"{missing} cells were missing." if missing else "Nothing is missing.")
    return lines


def asked(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a command line as the JSON of a request; what is no number goes on as it is, and is refused there."""
    return {
        **options,
        "models": options["models"].split(","),
        "tasks": options["tasks"].split(","),
        "num_fewshot": [_number(part) for part in options["num_fewshot"].split(",")],
        "seed": [_number(part) for part in options["seed"].split(",")],
        "batch_size": str(options["batch_size"]),
        "requires": options["requires"].split(","),
        "generation_kwargs": _object(options["generation_kwargs"]),
    }


def _number(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _object(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError:
        return text


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


ABILITIES = {
    "completions": "completions",
    "echo": "log probabilities of the prompt (echo)",
    "token_prompts": "prompts of token ids",
    "chat": "chats",
    "tokenizer": "splits texts itself",
}


def endpoint_lines(endpoint: Endpoint) -> list[str]:
    """An address, and what its server can do."""
    able = endpoint.abilities
    own = "the server's own" if able.get("tokenizer") else "none"
    lines = [f"{endpoint}  {endpoint.address}  {endpoint.model}"]
    lines += [f"  {'yes' if able.get(name) else 'no':<3}  {words}" for name, words in ABILITIES.items()]
    lines.append(f"  tokenizer: {endpoint.tokenizer or own}; at most {length(endpoint):,} tokens")
    lines += [f"  {note}" for note in able.get("notes", [])]
    return [*lines, f"  The last probe failed: {endpoint.problem}"] if endpoint.problem else lines
