"""Readings over time in a bounded place: when it is full, neighbours become one and the steps twice as long."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST = 120
Point = tuple[int, int | None, float | None]


@dataclass
class Series:
    """``points``: seconds since the beginning, bytes in use, load in 0..1; None where that was not told.

    Of two neighbours that become one the larger memory is kept, since peaks are what matters, and the mean load. Every
    point stands for equally many readings but the last, which is still being filled.
    """

    points: list[Point] = field(default_factory=list)
    _step: int = 1
    _filling: list[Point] = field(default_factory=list)

    def add(self, second: float, memory: int | None, load: float | None) -> None:
        """One more reading."""
        if len(self._filling) in (0, self._step):
            self._filling = []
            if len(self.points) >= MOST:
                self._halve()
            self.points.append((0, None, None))
        self._filling.append((round(second), memory, load))
        self.points[-1] = merged(self._filling)

    def _halve(self) -> None:
        self.points = [merged(self.points[place : place + 2]) for place in range(0, len(self.points), 2)]
        self._step *= 2


def merged(points: list[Point]) -> Point:
    """Several readings as one: when the last was taken, the largest memory, the mean load."""
    memories = [memory for _second, memory, _load in points if memory is not None]
    loads = [load for _second, _memory, load in points if load is not None]
    load = round(sum(loads) / len(loads), 3) if loads else None
    return (points[-1][0], max(memories, default=None), load)
