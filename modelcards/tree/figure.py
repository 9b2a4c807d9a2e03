"""The picture: a plan as a plotly figure. Pure; colours are names of tokens, resolved in the page.

Wood and chips are filled polygons (one trace per colour, so that hundreds stay quick), labels are text, and what the
pointer meets are points without a mark whose ``ids`` are slugs and whose ``customdata`` are the cards' addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from modelcards.tree.bars import bars
from modelcards.tree.dress import Dress, family_dress
from modelcards.tree.kin import Kin
from modelcards.tree.marks import chips, labels, rings, targets
from modelcards.tree.nodes import text_width
from modelcards.tree.plan import Plan
from modelcards.tree.strokes import Trace
from modelcards.tree.wood import wood
from modelcards.tree.years import calendar, shares, year_axis

CHIPS_MOST = 300
"""Up to so many chips have badges and round corners; beyond, bodies and one trace of names."""
SAMPLE = "GPT-4 BLOOM-1b1 Llama 2 70B Chat code-cushman-001 Qwen2.5-72B-Instruct OpenLLaMA v1 ×3"
"""Of how wide these words are in the reader's font the page knows whether its labels must be smaller to fit."""
Address = Callable[[str], str]


def tree_figure(
    plan: Plan,
    address: Address,
    *,
    dress: Dress | None = None,
    matches: frozenset[str] = frozenset(),
    kin: Kin | None = None,
    focus: str = "",
    notes: Mapping[str, Sequence[str]] = {},
) -> dict[str, Any]:
    """The figure of a plan.

    ``address`` gives a card's URL by its slug; ``dress`` colours the chips (None: by family); ``matches`` are the slugs
    of a search, which are ringed; ``kin`` the line of descent of the chip ``focus``, beside which all else is faint;
    ``notes`` further lines of the hover boxes by slug.
    """
    dress = dress or family_dress(leaf for leaf, _x, _y in plan.chips)
    lit = kin.ancestors | kin.descendants | {focus} if kin and focus else None
    fine = len(plan.chips) <= CHIPS_MOST
    data: list[Trace] = [
        *calendar(plan, numbered=False),
        *shares(plan),
        *bars(plan),
        *wood(plan, dress, lit, fine),
        *chips(plan, dress, lit, fine),
        *labels(plan, dress, lit, fine),
        *rings(plan, matches, focus if lit else ""),
        targets(plan, address, dress, notes, fine),
    ]
    return {"data": data, "layout": _frame(plan), "config": {"scrollZoom": False, "doubleClick": "reset"}}


def _frame(plan: Plan) -> dict[str, Any]:
    axis = {"visible": False, "fixedrange": False}
    return {
        "xaxis": {**axis, "range": [0, round(plan.width, 1)]},
        "yaxis": {**axis, **year_axis(plan), "range": [round(plan.height, 1), 0], "scaleanchor": "x"},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": "pan",
        "hovermode": "closest",
        "hoverdistance": 24,
        "meta": {"scaled_text": True, "tree": True, "sample": [SAMPLE, round(text_width(SAMPLE, 1.0), 3)]},
    }
