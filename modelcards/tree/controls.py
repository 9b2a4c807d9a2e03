"""The controls around the tree: the filters of the list of models, those that are on, and the links of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modelcards import registry
from modelcards.browse import chips as list_chips
from modelcards.browse.links import Link
from modelcards.browse.listing import find
from modelcards.browse.rail import rail, rail_markup
from modelcards.browse.ranges import ranges
from modelcards.facets import Option
from modelcards.filters import RANGES, ModelFilters
from modelcards.querysets import Reader
from modelcards.tree.choice import COLOURS, SHOWN, USUAL, VIEWS, TreeChoice
from modelcards.tree.grown import Grown

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

OFFERED = ("architecture_family", "open_weights", "stage", "organisation", "language")
OFFERED_RANGES = ("parameters",)
SHOW_NAMES = {
    "key": gettext_lazy("Key"),
    "landmarks": gettext_lazy("Landmarks"),
    "series": gettext_lazy("Series"),
    "all": gettext_lazy("All"),
}
VIEW_NAMES = {"list": gettext_lazy("List"), "picture": gettext_lazy("Picture")}
COLOUR_NAMES = {
    "family": gettext_lazy("Colour: family"),
    "organisation": gettext_lazy("Colour: organisation"),
    "openness": gettext_lazy("Colour: openness"),
    "score": gettext_lazy("Colour: score"),
}


@dataclass(frozen=True)
class Panel:
    """The filters that are offered: as markup, and what the facets of all filters hold."""

    rail: SafeString
    options: Mapping[str, list[Option]]


def filter_panel(filters: ModelFilters, user: Reader) -> Panel:
    """The filters of the list of models that a tree offers, each value with the number of models it would give."""
    found = find(filters, user)
    options = found.options()
    offered = {key: options[key] for key in OFFERED if key in options}
    shown = [one for one in ranges(filters, found.histograms()) if one.key in OFFERED_RANGES]
    return Panel(rail_markup(rail(filters, offered, found.more), shown), options)


def kept_words(choice: TreeChoice) -> list[tuple[str, str]]:
    """What the address holds and no control of the form offers, the tray left out: it stays in the form."""
    offered = {*OFFERED, "chosen", *(f"{key}_{end}" for key in OFFERED_RANGES for end in ("min", "max"))}
    linked = [("show", choice.show if choice.show != USUAL["show"] else ""), ("view", choice.view)]
    filters = parse_qsl(choice.filters.query())
    return [(name, value) for name, value in (*linked, *filters) if value and name not in offered]


def shows(choice: TreeChoice) -> list[Link]:
    """How much is shown."""
    return [
        Link(key, str(SHOW_NAMES[key]), choice.query(show=key, open=""), key == choice.show) for key in SHOWN
    ]  # fmt: skip


def views(choice: TreeChoice) -> list[Link]:
    """Picture or list; without a choice the width of the page decides, and neither is marked."""
    return [Link(key, str(VIEW_NAMES[key]), choice.query(view=key), key == choice.view) for key in VIEWS]


def colours(choice: TreeChoice) -> list[Link]:
    """What the colours may say."""
    known = [key for key in COLOURS if key != "score" or registry.tree_scores]
    return [Link(key, str(COLOUR_NAMES[key]), choice.query(colour=key), key == choice.colour) for key in known]


def cleared(choice: TreeChoice) -> str:
    """The address without any filter; how much is shown, colours, view and tray stay."""
    nothing = {"search": "", **dict.fromkeys(choice.filters.facets, ()), **dict.fromkeys(RANGES, "")}
    return choice.query(**nothing, until="", find="", focus="", open="")


def chips(choice: TreeChoice, grown: Grown, options: Mapping[str, list[Option]]) -> list[list_chips.Chip]:
    """What narrows or marks the picture, each with the address without it; the year has its slider."""
    found = [
        list_chips.Chip(chip.name, chip.value, _without(choice, chip.query))
        for chip in list_chips.chips(choice.filters, options)
    ]
    return [*found, *_own_chips(choice, grown)]


def _without(choice: TreeChoice, query: str) -> str:
    """The page with the filters of this query string of the list of models."""
    return replace(choice, filters=ModelFilters.parse(QueryDict(query)), page=1).query()


def _own_chips(choice: TreeChoice, grown: Grown) -> Iterable[list_chips.Chip]:
    if choice.until and len({leaf.day.year for leaf in grown.leaves}) < 2:
        yield list_chips.Chip(_("Until"), str(choice.until), choice.query(until=""))
    if choice.focus:
        name = next((model.name for model in grown.models if model.slug == choice.focus), _("not shown"))
        yield list_chips.Chip(_("Line of descent"), name, choice.query(focus=""))
    for series in grown.opened:
        rest = [slug for slug in choice.opened if slug not in series.slugs]
        yield list_chips.Chip(_("Opened"), series.label, choice.query(open=rest))


def score_choice(choice: TreeChoice, tasks: list[registry.ScoredTask]) -> TreeChoice:
    """The choice with a task and a shot count that have scores: those asked for, else the most scored ones."""
    if choice.colour != "score":
        return replace(choice, task="", shots=None) if choice.task or choice.shots is not None else choice
    if not tasks:
        return replace(choice, colour=COLOURS[0], task="", shots=None)
    errors = dict(choice.errors)
    task = next((one for one in tasks if one.key == choice.task), None)
    if task is None:
        task = tasks[0]
        if choice.task:
            errors["task"] = [_("“%(value)s” has no scores that you may see") % {"value": choice.task[:40]}]
    shots = choice.shots if choice.shots in task.shots else next(iter(task.shots))
    if choice.shots is not None and shots != choice.shots and task.key == choice.task:
        errors["shots"] = [_("no scores with %(n)d examples in the prompt") % {"n": choice.shots}]
    return replace(choice, task=task.key, shots=shots, errors=errors)


def score_title(tasks: list[registry.ScoredTask], choice: TreeChoice) -> _StrOrPromise:
    """What the scores are of: ``MMLU, 5-shot``."""
    name = next((task.name for task in tasks if task.key == choice.task), choice.task)
    return _("%(task)s, %(shots)d-shot") % {"task": name, "shots": choice.shots or 0}
