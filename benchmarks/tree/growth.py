"""Time of the layout alone, and how it grows with the number of models."""

from __future__ import annotations

import gc
import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.machine import pace
from benchmarks.times import line, medians
from benchmarks.tree.field import Made, field
from modelcards.tree.layout import layout
from modelcards.tree.nodes import Leaf, TreeModel
from modelcards.tree.plan import WIDTH, Plan
from modelcards.tree.select import choose, leaves

Say = Callable[[str], None]
SIZES = (250, 500, 1000, 2000, 4000)
VISIBLE, MANY, SERIES = 2_000, 20_000, 1_900
TIMES = 9


def tree_models(made: Sequence[Made]) -> list[TreeModel]:
    """A field as the tree reads it from the database."""
    return [
        TreeModel(
            slug=one.slug,
            name=one.name,
            day=one.day,
            architecture_family=one.family,
            open_weights=one.open_weights,
            organisations=(one.house,),
            parents=((one.parent, one.relation),) if one.parent else (),
            stage=one.stage,
            parameters=one.parameters,
            released=one.day.isoformat(),
            pk=number,
            training_tokens=one.tokens,
        )
        for number, one in enumerate(made, 1)
    ]


def measured(say: Say) -> dict[str, Any]:
    """Seconds of the layout by the number of visible models, and the exponent of its growth."""
    found: dict[str, Any] = {}
    for size in SIZES:
        shown = tree_models(field(size, 1))
        found[str(size)] = _laid_out(say, f"{size:,} models", leaves(shown, choose(shown, "all")))
    many = tree_models(field(MANY, 1, SERIES))
    series = leaves(many, choose(many, "series"))
    say(f"  {pace()}")
    return {
        "sizes": found,
        "exponent": exponent({int(size): one["processor"]["median"] for size, one in found.items()}),
        "collapsed": _laid_out(say, f"{MANY:,} models as {len(series):,} series", series),
    }


def exponent(seconds: Mapping[int, float]) -> float:
    """The slope of log time over log size, by least squares: 1 grows like n, a little more like n log n."""
    points = [(math.log(size), math.log(one)) for size, one in seconds.items()]
    x, y = (sum(column) / len(points) for column in zip(*points, strict=True))
    return float(sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _b in points))


_turns = itertools.count(1)


def anew(shown: tuple[Leaf, ...]) -> Plan:
    """A layout that is computed, not remembered: the least width is a hair wider each time."""
    return layout(shown, width=WIDTH + next(_turns) / 1e6)


def _laid_out(say: Say, name: str, shown: tuple[Leaf, ...]) -> dict[str, Any]:
    plan = anew(shown)
    gc.collect()
    times = [_timed(shown) for _time in range(TIMES)]
    found: dict[str, Any] = {clock: medians([one[clock] for one in times]) for clock in ("elapsed", "processor")}
    shape = f"{plan.width:.0f} x {plan.height:.0f} units"
    say(f"  {name:<34} {shape:<20} {line(found['elapsed'])}; processor {line(found['processor'])}")
    return {**found, "chips": len(plan.chips), "width": plan.width, "height": plan.height}


def _timed(shown: tuple[Leaf, ...]) -> dict[str, float]:
    elapsed, processor = time.perf_counter(), time.process_time()
    anew(shown)
    return {"elapsed": time.perf_counter() - elapsed, "processor": time.process_time() - processor}
