"""How chips are coloured: by family, organisation, openness of the weights, or a score. Pure.

Colours are names of the site's tokens, resolved in the page. Hue never stands alone: open weights are filled and closed
ones hollow, a house has its two letters, a score its number on the chip and the kind of its edge.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from modelcards.tree.colours import fill_of, ink_of, soft_of
from modelcards.tree.nodes import BEFORE, BRANCHES, Leaf
from modelcards.tree.organisations import badge, house
from modelcards.tree.plan import NAMES

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from modelcards.registry import Shade

KINDS = ("family", "organisation", "openness", "score")
HOUSES = 8
"""How many houses get a colour of their own; there are eight colours that stay apart."""
STRENGTHS = (0.08, 0.22, 0.42, 0.82, 1.0)
"""Opacity of the five steps of a score; labels on the last two are light."""
EDGES = {"measured": "", "imported": "dash", "published": "dot"}


@dataclass(frozen=True)
class Paint:
    """How one chip is drawn. ``colour``, ``ink``: tokens; ``strength``: opacity of the fill, 0 for a hollow chip;
    ``dash``: of the edge (``""``, ``"dash"``, ``"dot"``)."""

    colour: str
    strength: float
    ink: str
    dash: str = ""
    framed: bool = False
    """The fill keeps off the edge, whose kind tells something of its own."""

    @property
    def solid(self) -> bool:
        """Whether its label must be light."""
        return self.strength > 0.5


@dataclass(frozen=True)
class Entry:
    """A line of the legend. ``key``: the word of the address that filters by it, blank where there is none;
    ``code``: the two letters that chips of it carry; ``soft``: the token of a tint below its text, or blank."""

    text: _StrOrPromise
    paint: Paint
    count: int = 0
    key: str = ""
    code: str = ""
    soft: str = ""


@dataclass(frozen=True)
class Dress:
    """A way to colour the chips. ``of`` gives a leaf its paint, ``code`` what stands in its badge, ``told`` a further
    line of its hover box (blank: none), ``title`` what the legend is about."""

    kind: str
    legend: tuple[Entry, ...]
    of: Callable[[Leaf], Paint]
    title: _StrOrPromise = ""
    code: Callable[[Leaf], str] = lambda leaf: badge(leaf.organisation)
    told: Callable[[Leaf], str] = lambda leaf: ""

    def wood(self, branch: str) -> str:
        """The token of stems and the trunk: hue belongs to what the chips say, so only families colour the wood."""
        return fill_of(branch) if self.kind == "family" else "var(--unknown-line)"

    def twig(self, branch: str) -> str:
        """The token of twigs, which are thin."""
        return fill_of(branch) if self.kind == "family" else "var(--line-strong)"


def dress_of(
    kind: str, leaves: Iterable[Leaf], shades: Mapping[str, Shade] | None = None, title: _StrOrPromise = ""
) -> Dress:
    """The dress of a word of the address, for all leaves of the view; what is no such word is ``family``.

    ``shades`` are the scores by slug and ``title`` says of what, for the kind ``score``.
    """
    leaves = tuple(leaves)
    if kind == "score":
        return score_dress(leaves, shades or {}, title)
    makers = {"organisation": organisation_dress, "openness": openness_dress}
    return makers.get(kind, family_dress)(leaves)


def family_dress(leaves: Iterable[Leaf]) -> Dress:
    """By architecture family: open weights filled, closed hollow, not known dotted."""
    counts = Counter(leaf.branch for leaf in leaves)
    legend = [
        Entry(NAMES[branch], _weights(True, fill_of(branch), ink_of(branch)), counts[branch], branch,
              soft=soft_of(branch))
        for branch in (BEFORE, *BRANCHES)
        if counts[branch]
    ]  # fmt: skip
    paints = {
        (branch, known): _weights(known, fill_of(branch), ink_of(branch))
        for branch in (BEFORE, *BRANCHES)
        for known in (True, False, None)
    }
    return Dress("family", tuple(legend), lambda leaf: paints[leaf.branch, leaf.open_weights], _("Family"))


def openness_dress(leaves: Iterable[Leaf]) -> Dress:
    """By openness of the weights alone."""
    counts = Counter(leaf.open_weights for leaf in leaves)
    names = {True: _("Open weights"), False: _("Closed weights"), None: _("Not known")}
    keys = {True: "yes", False: "no", None: "unknown"}
    paints = {known: _weights(known, "var(--ink-2)", "var(--ink)") for known in names}
    legend = [Entry(names[known], paints[known], counts[known], keys[known]) for known in names if counts[known]]
    return Dress("openness", tuple(legend), lambda leaf: paints[leaf.open_weights], _("Weights"))


def organisation_dress(leaves: Iterable[Leaf]) -> Dress:
    """By house: the eight with the most chips in colours of their own, the rest grey."""
    counts = Counter(house(leaf.organisation) for leaf in leaves)
    order = sorted((name for name in counts if name), key=lambda name: (-counts[name], name))
    tokens = {name: f"var(--m{rank + 1})" for rank, name in enumerate(order[:HOUSES])}
    grey = "var(--line-strong)"

    def of(leaf: Leaf) -> Paint:
        return _tinted(leaf.open_weights, tokens.get(house(leaf.organisation), grey))

    legend = [Entry(name, _tinted(True, tokens[name]), counts[name], name, badge(name)) for name in tokens]
    rest = sum(counts.values()) - sum(entry.count for entry in legend)
    if rest:
        legend.append(Entry(_("others"), _tinted(True, grey), rest))
    return Dress("organisation", tuple(legend), of, _("Organisation"))


def score_dress(leaves: Iterable[Leaf], shades: Mapping[str, Shade], title: _StrOrPromise) -> Dress:
    """By score: five steps of one colour over the range of what is shown, the number in the badge, and the edge solid
    where it was measured here, dashed where imported, dotted where published. Without a score: hollow and grey."""
    leaves = tuple(leaves)
    known = {leaf.slug: shades[leaf.slug] for leaf in leaves if leaf.slug in shades}
    low, high = _span([shade.value for shade in known.values()])
    origins, without = {origin: origin_name(origin) for origin in EDGES}, _("no score")
    none = Paint("var(--unknown-line)", 0.0, "var(--ink-3)", "dot")

    def step(shade: Shade) -> int:
        return max(0, min(len(STRENGTHS) - 1, int((shade.value - low) / (high - low) * len(STRENGTHS) + 1e-9)))

    def of(leaf: Leaf) -> Paint:
        shade = known.get(leaf.slug)
        return replace(_step(step(shade)), dash=EDGES[shade.origin]) if shade else none

    def code(leaf: Leaf) -> str:
        shade = known.get(leaf.slug)
        return f"{100 * shade.value:.0f}" if shade else "–"

    def told(leaf: Leaf) -> str:
        shade = known.get(leaf.slug)
        return f"{title}: {shade.text} ({origins[shade.origin]})" if shade else f"{title}: {without}"

    legend = [*_scale_legend(low, high, Counter(step(shade) for shade in known.values())), *_origin_legend(known)]
    if len(known) < len(leaves):
        legend.append(Entry(without, none, len(leaves) - len(known)))
    return Dress("score", tuple(legend), of, title, code, told)


def origin_name(origin: str) -> str:
    """Where a score is from, in a word."""
    return {"measured": _("measured here"), "imported": _("imported"), "published": _("published")}[origin]


def _scale_legend(low: float, high: float, counts: Mapping[int, int]) -> list[Entry]:
    width = (high - low) / len(STRENGTHS)
    ends = [(low + width * number, low + width * (number + 1)) for number in range(len(STRENGTHS))]
    return [
        Entry(f"{100 * a:.0f}–{100 * b:.0f} %", _step(number), counts.get(number, 0))
        for number, (a, b) in enumerate(ends)
        if counts
    ]


def _origin_legend(known: Mapping[str, Shade]) -> list[Entry]:
    counts: Counter[str] = Counter(shade.origin for shade in known.values())
    return [
        Entry(origin_name(origin), replace(_step(0), strength=0.0, dash=dash), counts[origin])
        for origin, dash in EDGES.items()
        if counts[origin]
    ]


def _span(values: list[float]) -> tuple[float, float]:
    """The range of the scores, out to whole twentieths, so that a new score seldom moves the steps."""
    if not values:
        return 0.0, 1.0
    low, high = math.floor(min(values) * 20 + 1e-9) / 20, math.ceil(max(values) * 20 - 1e-9) / 20
    low = min(low, 0.95)  # where all is right, the range ends there
    return low, max(high, low + 0.05)


def _step(number: int) -> Paint:
    strength = STRENGTHS[number]
    return Paint("var(--better)", strength, "var(--on-fam)" if strength > 0.5 else "var(--ink)", framed=True)


def _weights(known: bool | None, fill: str, ink: str) -> Paint:
    """Open is solid, closed hollow, not known hollow with a dotted edge."""
    if known:
        return Paint(fill, 1.0, "var(--on-fam)")
    return Paint(fill, 0.0, ink, "" if known is False else "dot")


def _tinted(known: bool | None, colour: str) -> Paint:
    """As :func:`_weights`, with a tint below dark ink: the colours of the houses do not all carry a light label."""
    return Paint(colour, 0.3 if known else 0.0, "var(--ink)", "dot" if known is None else "")
