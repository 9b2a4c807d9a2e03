"""What a request of the tree shows, each part worked out as it is asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from modelcards import registry
from modelcards.tree import controls
from modelcards.tree.choice import TreeChoice, read_choice
from modelcards.tree.dress import Dress, dress_of
from modelcards.tree.figure import tree_figure
from modelcards.tree.grown import Grown, grow
from modelcards.tree.inpage import json_element
from modelcards.tree.kin import Kin, kin_of
from modelcards.tree.nodes import Leaf
from modelcards.tree.plan import Plan
from modelcards.tree.rails import RailPage, kin_words, rail_page
from modelcards.tree.tree_nodes import tree_nodes


class TreeView:
    """What a request shows: the choice as it can be met, its chips, and each part of the page as it is asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        asked = read_choice(request.GET)
        self.tasks = self._tasks(asked)
        choice = controls.score_choice(asked, self.tasks)
        self.grown: Grown = grow(request.user, choice)
        self.years = sorted({leaf.day.year for leaf in self.grown.leaves})
        # At the slider's end nothing is left out, whatever year that is.
        over = choice.until is not None and self.years and choice.until >= self.years[-1]
        self.choice: TreeChoice = replace(choice, until=None) if over else choice

    def _tasks(self, choice: TreeChoice) -> list[registry.ScoredTask]:
        if choice.colour != "score":
            return []
        return [task for one in registry.tree_scores for task in one.tasks(self.request) if task.shots]

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The chips of the years up to the one that is asked for."""
        until = self.choice.until
        return tuple(leaf for leaf in self.grown.leaves if until is None or leaf.day.year <= until)

    @cached_property
    def plan(self) -> Plan | None:
        """The picture's plan; None where the list alone is asked for, or is all that can be shown."""
        if self.choice.view == "list" or not self.leaves or not self.grown.plan:
            return None
        return self.grown.plan.until(self.choice.until) if self.choice.until else self.grown.plan

    @cached_property
    def matches(self) -> frozenset[str]:
        """Slugs that the search finds."""
        return self.choice.found(self.grown.models)

    @cached_property
    def focus(self) -> str:
        """The chip whose line is highlighted; blank where there is none."""
        return self.grown.chips.get(self.choice.focus, "")

    @cached_property
    def kin(self) -> Kin:
        """The line of descent that is highlighted."""
        return kin_of(self.leaves, self.focus)

    @cached_property
    def dress(self) -> Dress:
        """The colours: of all years, so that none changes while the tree is played."""
        title = controls.score_title(self.tasks, self.choice) if self.tasks else ""
        return dress_of(self.choice.colour, self.grown.leaves, self._shades(), title)

    def _slugs(self) -> dict[int, str]:
        return {leaf.model.pk: leaf.slug for leaf in self.grown.leaves if leaf.model}

    def _shades(self) -> dict[str, registry.Shade]:
        if not self.tasks:
            return {}
        slugs = self._slugs()
        found: dict[str, registry.Shade] = {}
        for one in registry.tree_scores:
            shades = one.values(self.request, list(slugs), self.choice.task, self.choice.shots or 0)
            found |= {slugs[pk]: shade for pk, shade in shades.items() if pk in slugs}
        return found

    @cached_property
    def notes(self) -> dict[str, tuple[str, ...]]:
        """Lines with the best-known scores of each chip."""
        slugs = self._slugs()
        found: dict[str, tuple[str, ...]] = {}
        for one in registry.tree_scores:
            found |= {slugs[pk]: lines for pk, lines in one.best(self.request, list(slugs)).items() if pk in slugs}
        return found

    def picture(self) -> dict[str, Any]:
        """The figure and what the hand needs of it; nothing where there is none."""
        if self.plan is None:
            return {"plan": None}
        kin = self.kin if self.focus else None
        figure = tree_figure(
            self.plan, address, matches=self.matches, dress=self.dress, kin=kin, focus=self.focus, notes=self.notes
        )
        nodes = tree_nodes(self.plan, address, dress=self.dress, notes=self.notes)
        return {
            "plan": self.plan,
            "figure": json_element("tree-figure", figure),
            "nodes": json_element("tree-nodes", nodes),
        }

    def list(self) -> RailPage | None:
        """The page of the list, unless the picture alone is asked for and there is one."""
        if self.choice.view == "picture" and self.plan:
            return None
        kin = kin_words(self.kin, self.focus) if self.focus else {}
        keep = self.matches if self.choice.find else None
        return rail_page(self.leaves, self.choice.page, keep=keep, dress=self.dress, kin=kin)


def address(slug: str) -> str:
    """The address of a card."""
    before, after = around_slug(get_script_prefix())
    return f"{before}{slug}{after}"


@lru_cache(maxsize=8)
def around_slug(_prefix: str) -> tuple[str, str]:
    """What stands before and after the slug in a card's address: a picture has thousands of them."""
    before, after = reverse("modelcards:card", args=["slug"]).rsplit("slug", 1)
    return before, after
