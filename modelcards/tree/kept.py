"""Rows of cards as the tree takes them, kept in this process by the change log: a warm page reads no card anew.

They are kept whoever may read them: what a reader sees is decided by the ids that are asked for, never here.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

from modelcards.index import log
from modelcards.models import Fact, Lineage, ModelCard
from modelcards.tree.nodes import TreeModel
from modelcards.values import iso_date

MOST_KEPT = 60_000
AT_ONCE = 10_000
"""So many ids go into one question: SQLite takes 32,766 at most."""
COLUMNS = ("slug", "name", "release_date", "release_precision", "architecture_family", "open_weights", "stage")
NUMBERS = ("parameters", "training_tokens")
Parents = dict[int, tuple[int, ...]]


def middle(day: date | None, precision: str) -> date | None:
    """The middle of what is known of a date: of its month or year, where only that is known."""
    if day is None or precision == "day":
        return day
    return day.replace(day=15) if precision == "month" else date(day.year, 7, 1)


class Rows:
    """Cards by id, each with the slugs of all its parents, and the ids of these parents."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark = log.START
        self._models: dict[int, TreeModel] = {}
        self._parents: Parents = {}

    def of(self, ids: Iterable[int]) -> tuple[dict[int, TreeModel], Parents]:
        """These cards, those that are not kept read first, and their parents' ids; what is gone is left out."""
        with self._lock:
            self._follow()
            asked = list(ids)
            if missing := [pk for pk in asked if pk not in self._models]:
                if len(self._models) + len(missing) > MOST_KEPT:
                    self._forget()
                    missing = asked
                self._read(missing)
            found = {pk: self._models[pk] for pk in asked if pk in self._models}
            return found, {pk: self._parents[pk] for pk in found if pk in self._parents}

    def _forget(self) -> None:
        self._models, self._parents = {}, {}

    def _follow(self) -> None:
        """Drop what changed since. A line that is no more, or too many of them: drop all."""
        newest = log.newest()
        if newest == self._mark:
            return
        lines = log.since(self._mark[0])
        if lines and lines[0].mark == self._mark and len(lines) <= log.MOST and all(line.card for line in lines[1:]):
            self._drop({line.card for line in lines[1:] if line.card})
        else:
            self._forget()
        self._mark = newest

    def _drop(self, cards: set[int]) -> None:
        """Drop cards, and those that name one of them as a parent: its slug may be another."""
        children = [pk for pk, parents in self._parents.items() if not cards.isdisjoint(parents)]
        for pk in (*cards, *children):
            self._models.pop(pk, None)
            self._parents.pop(pk, None)

    def _read(self, ids: Sequence[int]) -> None:
        for some in (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)):
            links, makers = _links(some), _makers(some)
            for row in ModelCard.objects.filter(**_among("pk", some)).values_list("pk", *COLUMNS, *NUMBERS):
                ahead = links.get(row[0], [])
                named = tuple((slug, relation) for _pk, slug, relation in ahead)
                self._models[row[0]] = _model(row, tuple(makers.get(row[0], ())), named)
                if ahead:
                    self._parents[row[0]] = tuple(pk for pk, _slug, _relation in ahead)


@cache
def rows() -> Rows:
    """The rows of this process."""
    return Rows()


def _among(column: str, ids: Sequence[int]) -> dict[str, Any]:
    """The condition that a column is one of these ids; where they lie close together, that it is between them, which
    is asked and answered several times as fast."""
    first, last = min(ids), max(ids)
    close = last - first < 2 * len(ids)
    return {f"{column}__gte": first, f"{column}__lte": last} if close else {f"{column}__in": ids}


def _model(row: tuple[Any, ...], makers: tuple[str, ...], parents: tuple[tuple[str, str], ...]) -> TreeModel:
    pk, slug, name, day, precision, family, is_open, stage, parameters, tokens = row
    return TreeModel(
        slug=slug,
        name=name,
        day=middle(day, precision),
        architecture_family=family,
        open_weights=is_open,
        organisations=makers,
        parents=parents,
        stage=stage,
        parameters=parameters,
        released=iso_date(day, precision),
        pk=pk,
        training_tokens=tokens,
    )


def _links(ids: Sequence[int]) -> dict[int, list[tuple[int, str, str]]]:
    """Parents by child: id, slug and relation, in the order in which they were stated."""
    found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    links = Lineage.objects.filter(**_among("child_id", ids)).order_by("id")
    for child, parent, slug, relation in links.values_list("child_id", "parent_id", "parent__slug", "relation"):
        found[child].append((parent, slug, relation))
    return found


def _makers(ids: Sequence[int]) -> dict[int, list[str]]:
    """Organisations by card, in the order in which the chosen fact names them: the first one made the model."""
    makers: dict[int, list[str]] = defaultdict(list)
    through = ModelCard.organisations.through.objects.filter(**_among("modelcard_id", ids))
    for card, name in through.order_by("id").values_list("modelcard_id", "organisation__name"):
        makers[card].append(name)
    several = [card for card, names in makers.items() if len(names) > 1]
    facts = Fact.objects.filter(card__in=several, field="organisation", chosen=True)
    for card, stated in facts.values_list("card_id", "value"):
        makers[card].sort(key=partial(_position, stated))
    return makers


def _position(text: str, name: str) -> int:
    """Where a name stands in a text; after its end where it does not."""
    return text.find(name) if name in text else len(text)
