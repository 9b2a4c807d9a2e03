"""The evolutionary tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from modelcards import registry
from modelcards.models import ModelCard
from modelcards.tree.choice import TreeChoice, read_choice
from modelcards.tree.figure import tree_figure
from modelcards.tree.layout import NAMES, layout
from modelcards.tree.nodes import BEFORE, BRANCHES, TreeModel
from modelcards.tree.organisations import house
from modelcards.tree.rails import rail_rows
from modelcards.tree.reads import MOST, tree_models
from modelcards.tree.select import SHOWN, choose, leaves
from modelcards.tree.strokes import SHORT
from modelcards.tree.tally import tallies


def tree(request: HttpRequest) -> HttpResponse:
    """``/tree/``: the cards that the reader may see, by family and time; the whole state is in the address."""
    models = tree_models(request.user, request.GET.get("find", ""))
    colours = {overlay.key: overlay for overlay in registry.tree_overlays}
    choice = read_choice(request.GET, models, tuple(colours))
    kept = [model for model in models if choice.keeps(model)]
    dated = [model for model in kept if model.day]
    plan = layout(leaves(models, choose(dated, choice.show)))
    matches = choice.found(dated)
    drawn = [leaf for leaf, _, _ in plan.chips]
    first, rest = tallies(drawn)
    context = {
        "choice": choice,
        "plan": plan,
        "figure": tree_figure(plan, _address, matches, _shades(request, colours.get(choice.colour), dated)),
        "rows": rail_rows(plan, matches if choice.find else None),
        "found": sum(bool(matches.intersection(leaf.members)) for leaf in drawn),
        "undated": [model for model in kept if not model.day],
        "left_out": len(dated) - sum(len(leaf.members) for leaf in drawn),
        "first_day": min((leaf.day for leaf in drawn), default=None),
        "last_day": max((leaf.day for leaf in drawn), default=None),
        "tallies": first,
        "others": rest,
        "colours": list(colours.values()),
        "any_card": bool(models),
        "most": MOST if len(models) >= MOST else 0,
        "links": _links(choice),
        "filtered": any((choice.family, choice.organisation, choice.open, choice.until, choice.find, choice.colour)),
        **_options(models, choice),
    }
    return render(request, "modelcards/tree.html", context)


def _address(slug: str) -> str:
    return reverse("modelcards:card", args=[slug])


def _links(choice: TreeChoice) -> dict[str, str]:
    """Addresses of the same page with one thing changed."""
    shows = {show: choice.query(show="" if show == "key" else show) for show in SHOWN}
    views = {view: choice.query(view=view) for view in ("list", "picture")}
    clear = TreeChoice(show=choice.show, view=choice.view).query()
    return {**shows, **views, "clear": clear}


def _shades(
    request: HttpRequest, overlay: registry.TreeOverlay | None, models: Sequence[TreeModel]
) -> dict[str, float] | None:
    """The chosen colouring by slug; None where the tree is coloured by family."""
    if overlay is None:
        return None
    shown = [model.slug for model in models]
    slugs = dict(ModelCard.objects.visible_to(request.user).filter(slug__in=shown).values_list("pk", "slug"))
    values = overlay.values(request, list(slugs))
    return {slugs[key]: value for key, value in values.items() if key in slugs}


def _options(models: Sequence[TreeModel], choice: TreeChoice) -> dict[str, Any]:
    """What the filters offer."""
    years = [model.day.year for model in models if model.day]
    present = {model.architecture_family for model in models}
    families = [branch for branch in BRANCHES if branch in present]
    if present - set(BRANCHES):
        families.insert(0, BEFORE)
    return {
        "families": [(branch, NAMES[branch], SHORT[branch]) for branch in families],
        "organisations": sorted({house(name) for model in models for name in model.organisations}, key=str.lower),
        "year_min": min(years, default=2013),
        "year_max": max(years, default=2013),
        "year": choice.until or max(years, default=2013),
    }
