"""What the devices did lately, as a reader may know it: stretches for the figure, lines for the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.models import Attempt
from evaluation.templatetags.evaluation_format import duration, how_word
from evaluation.timelinechart import HOUR, Stretch, timeline
from modelcards.querysets import Reader

HOURS = (1, 6, 24, 168)
USUAL_HOURS = 6
MOST = 1000
LISTED = 100
STEPS = 360
"""Now is told in steps of this part of the span: a figure that would look the same stays the same."""


@dataclass(frozen=True)
class Line:
    """An attempt as the list tells it; ``attempt`` is None where its model is hidden from the reader."""

    devices: str
    began_at: datetime
    ended_at: datetime | None
    seconds: float
    how: str
    attempt: Attempt | None


@dataclass(frozen=True)
class Timeline:
    """``figure`` is None where no device did anything; ``left_out``: more attempts than are drawn."""

    hours: int
    figure: dict[str, Any] | None = None
    lines: tuple[Line, ...] = ()
    hows: tuple[str, ...] = ()
    devices: int = 0
    left_out: bool = False
    unlisted: int = 0
    choices: tuple[int, ...] = field(default=HOURS)


def hours_of(text: str) -> int:
    """The hours that an address asks for."""
    return int(text) if text.isdecimal() and int(text) in HOURS else USUAL_HOURS


def device_timeline(user: Reader, hours: int, devices: Sequence[str], node: str = "") -> Timeline:
    """Of ``devices`` (``node/device``) and of those that are gone but did something; of one machine, if named."""
    # The newest are found by their own table alone: joined to their runs, thousands of long rows would be sorted.
    found = list(Attempt.objects.lately(hours * HOUR).values_list("pk", flat=True)[: MOST + 1])
    rows = list(Attempt.objects.filter(pk__in=found[:MOST]).for_lines().annotate(now=Now()))
    mine = [row for row in rows if not node or any(name.startswith(f"{node}/") for name in row.devices)]
    if not mine:
        return Timeline(hours)
    readable = set(
        Attempt.objects.filter(pk__in=[row.pk for row in mine]).visible_to(user).values_list("pk", flat=True)
    )
    lines = [_line(row, row.pk in readable) for row in mine]
    now = _stepped(mine[0].now, hours)  # type: ignore[attr-defined]
    stretches = [
        stretch
        for row, line in zip(mine, lines, strict=True)
        for stretch in _stretches(row, line, now)
        if not node or stretch.device.startswith(f"{node}/")
    ]
    lanes = _lanes(devices, stretches)
    return Timeline(
        hours=hours,
        figure=timeline(stretches, lanes, hours),
        lines=tuple(lines[:LISTED]),
        hows=tuple(dict.fromkeys(stretch.how for stretch in stretches)),
        devices=len(lanes),
        left_out=len(found) > MOST,
        unlisted=max(0, len(lines) - LISTED),
    )


def _stepped(now: datetime, hours: int) -> datetime:
    step = hours * HOUR / STEPS
    return now + timedelta(seconds=step - now.timestamp() % step)


def _line(row: Attempt, readable: bool) -> Line:
    until = row.ended_at or row.now  # type: ignore[attr-defined]
    seconds = max(0.0, (until - row.began_at).total_seconds())
    how = row.outcome or "running"
    devices = ", ".join(row.devices)
    return Line(devices, row.began_at, row.ended_at, seconds, how, row if readable else None)


def _stretches(row: Attempt, line: Line, now: datetime) -> Iterable[Stretch]:
    begin = (now - line.began_at).total_seconds()
    end = (now - line.ended_at).total_seconds() if line.ended_at else 0.0
    shown = line.attempt is not None
    url = reverse("evaluation:run", args=[row.run_id]) if shown else ""
    for device in row.devices:
        yield Stretch(device, begin, end, line.how if shown else "hidden", tuple(_told(row, line)), url)


def _told(row: Attempt, line: Line) -> list[str]:
    if line.attempt is None:
        return [_("at work"), duration(line.seconds)]
    about = {"run": row.run_id, "number": row.number}
    told = [str(row.run.checkpoint), _("run %(run)d, attempt %(number)d") % about]
    told.append(f"{how_word(line.how)}, {duration(line.seconds)}")
    return [*told, row.reason[:160]] if row.reason else told


def _lanes(devices: Sequence[str], stretches: Sequence[Stretch]) -> list[str]:
    """Devices that are there, then those that did something and are gone."""
    gone = {stretch.device for stretch in stretches} - set(devices)
    return [*devices, *sorted(gone)]
