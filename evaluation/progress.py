"""How far an evaluation or a run is: counts by state, one state for all, time left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.actions.estimate import Speeds
from evaluation.models import Cell, Run

UNDER_WAY = ("queued", "running")


@dataclass(frozen=True)
class Summary:
    """Cells by state. ``seconds_left``: None where nothing is under way or no pace is known.

    ``fraction``: documents of all that are over, in 0..1; None where some are not counted.
    """

    total: int
    done: int = 0
    running: int = 0
    queued: int = 0
    failed: int = 0
    cancelled: int = 0
    devices: int = 0
    seconds_left: float | None = None
    fraction: float | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will change by itself any more."""
        return not (self.running or self.queued)

    @property
    def over(self) -> int:
        """Cells that are done, failed or cancelled."""
        return self.total - self.running - self.queued

    @property
    def state(self) -> str:
        """One word for all cells: what moves comes first, then what needs a look."""
        for state in ("running", "queued", "failed", "cancelled"):
            if getattr(self, state):
                return state
        return "done"

    @property
    def percent(self) -> int:
        """Cells over, of a hundred."""
        return 100 * self.over // self.total if self.total else 0


def summary(cells: Iterable[Cell], speeds: Speeds | None = None) -> Summary:
    """Counts of ``cells``, whose runs are loaded; with ``speeds`` the time that the rest may take."""
    cells = list(cells)
    states = Counter(cell.state for cell in cells)
    # A run that loads its checkpoint or builds the next cell's requests has a device, though no cell of it runs.
    runs = {cell.run for cell in cells if cell.run is not None and cell.run.state == "running"}
    devices = len({run.owner for run in runs})
    left = seconds_left(cells, speeds, max(1, devices)) if speeds else None
    counts = {str(state): count for state, count in states.items()}
    return Summary(len(cells), **counts, devices=devices, seconds_left=left, fraction=_fraction(cells))


def _fraction(cells: Iterable[Cell]) -> float | None:
    """An ended cell counts all its documents, however it ended."""
    counts = [(cell.documents_total, cell.documents_done, cell.state) for cell in cells]
    total = sum(count or 0 for count, _done, _state in counts)
    if not total or any(count is None for count, _done, _state in counts):
        return None
    over = sum((count or 0) if state not in UNDER_WAY else min(done, count or 0) for count, done, state in counts)
    return over / total


def seconds_left(cells: Iterable[Cell], speeds: Speeds, devices: int) -> float | None:
    """Documents left at the pace of past cells, spread over ``devices``; a running run knows its own best."""
    total, told = 0.0, set()
    waiting = [cell for cell in cells if cell.state in UNDER_WAY]
    for cell in waiting:
        if cell.run and (own := run_seconds_left(cell.run)) is not None:
            total += 0 if cell.run.pk in told else own
            told.add(cell.run.pk)
            continue
        documents = None if cell.documents_total is None else max(0, cell.documents_total - cell.documents_done)
        seconds = speeds.seconds(cell.checkpoint, cell.task, documents)
        if seconds is None:
            return None
        total += seconds
    return total / devices if waiting else None


def run_seconds_left(run: Run) -> float | None:
    """What the run itself last said of the time that it still needs."""
    said = run.progress.get("seconds_left") if run.state == "running" else None
    return float(said) if isinstance(said, (int, float)) else None


def percent(cell: Cell) -> int:
    """Documents done of a hundred; a done cell is full, an unknown total is empty."""
    if cell.state == "done":
        return 100
    total = cell.documents_total or 0
    return min(99, 100 * cell.documents_done // total) if total else 0
