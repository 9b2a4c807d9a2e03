"""The picture: a plan as a plotly figure. Pure; colours are names of tokens, resolved in the page.

Wood and chips are filled polygons (one trace per colour, so that hundreds stay quick), labels are text, and what the
pointer meets are invisible markers whose ``customdata`` is the card's address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modelcards.tree.layout import Plan
from modelcards.tree.marks import chips, found, targets
from modelcards.tree.strokes import Trace, calendar, shares, wood

Address = Callable[[str], str]


def tree_figure(
    plan: Plan,
    address: Address,
    matches: frozenset[str] = frozenset(),
    shades: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """The figure of a plan.

    ``address`` gives a card's URL by its slug; ``matches`` are the slugs of a search, which are ringed; ``shades``
    colour the chips by a number in 0..1 and not by family, chips without one being hatched grey.
    """
    data: list[Trace] = [
        *calendar(plan),
        *shares(plan),
        *wood(plan),
        *chips(plan, shades),
        *found(plan, matches),
        targets(plan, address, shades),
    ]
    return {"data": data, "layout": _frame(plan), "config": {"scrollZoom": False, "doubleClick": "reset"}}


def _frame(plan: Plan) -> dict[str, Any]:
    axis = {"visible": False, "fixedrange": False}
    return {
        "xaxis": {**axis, "range": [0, plan.width]},
        "yaxis": {**axis, "range": [plan.height, 0], "scaleanchor": "x"},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": "pan",
        "hovermode": "closest",
        "hoverdistance": 16,
        "meta": {"scaled_text": True},
    }
