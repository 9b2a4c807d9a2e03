"""What a reader asks of the leaderboard, in the words of its address: one parser for the page and the API."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from evaluation.models import Origin
from modelcards.filters import ModelFilters
from modelcards.models import ModelCard
from modelcards.querysets import ModelCardQuerySet

MISSING = ("apart", "marked", "hidden")
FACTS = ("family", "stage", "parameters", "training_tokens", "released", "weights", "licence")
USUAL_COLUMNS = ("parameters", "average")
COLUMNS = (*FACTS, "average", "win_rate")
# Names by which models are chosen: the same words as the list of models takes.
FILTERS = ("search", "architecture_family", "stage", "open_weights", "parameters_min", "parameters_max")
PAGE_SIZES = (25, 50, 100)
MOST_TASKS, MOST_PINS, MOST_WEIGHT = 60, 20, 1000.0
LONGEST = 200


@dataclass(frozen=True)
class BoardChoice:
    """State of the page. Blank: as the site finds fit (``offer``). ``errors``: words that make no sense, by name.

    ``metric`` blank: the one by which each task is judged. ``normalised``: values above a blind guess. ``missing``:
    what becomes of models that lack a score: listed ``apart``, ``marked`` in their place, or ``hidden``.
    ``weights``: what a task counts in the average, 1 where not named.
    """

    tasks: tuple[str, ...] = ()
    shots: tuple[int, ...] = ()
    origin: str = ""
    metric: str = ""
    normalised: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)
    pins: tuple[str, ...] = ()
    missing: str = MISSING[0]
    columns: tuple[str, ...] = USUAL_COLUMNS
    sort: str = ""
    page: int = 1
    page_size: int = PAGE_SIZES[1]
    models: ModelFilters = field(default_factory=ModelFilters)
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    def weight(self, subject: str) -> float:
        """What a task counts."""
        return self.weights.get(subject, 1.0)

    def cards(self) -> ModelCardQuerySet:
        """The models that are asked for, whoever may see them."""
        return self.models.apply(ModelCard.objects.all())

    def words(self, **changes: object) -> list[tuple[str, str]]:
        """The state as names and values, some of them changed; what is usual is left out. A change begins at page 1."""
        kept = {} if set(changes) - {"page"} else {"page": self.page if self.page > 1 else ""}
        words: dict[str, object] = {
            "origin": self.origin,
            "tasks": self.tasks,
            "shots": self.shots,
            "metric": self.metric,
            "values": "normalised" if self.normalised else "",
            "weights": written_weights(self.weights),
            "missing": "" if self.missing == MISSING[0] else self.missing,
            "columns": "" if self.columns == USUAL_COLUMNS else self.columns or ("none",),
            "sort": self.sort,
            "pin": self.pins,
            "page_size": "" if self.page_size == PAGE_SIZES[1] else self.page_size,
            **kept,
            **changes,
        }
        own = [(name, _written(value)) for name, value in words.items() if name not in FILTERS]
        of_models = QueryDict(self.models.query(**{name: changes[name] for name in FILTERS if name in changes}))
        return [(name, value) for name, value in own if value] + [
            (name, value) for name, values in of_models.lists() for value in values if name in FILTERS
        ]

    def query(self, **changes: object) -> str:
        """The address of the page with some words changed."""
        found = self.words(**changes)
        return "?" + urlencode(found, safe=",:@") if found else "?"

    def with_pin(self, slug: str) -> str:
        """The address with a model pinned, or no more."""
        rest = tuple(one for one in self.pins if one != slug)
        return self.query(pin=rest if slug in self.pins else (*rest, slug))


def _written(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return ",".join(map(str, value))
    return "" if value is None or value == "" else str(value)


def written_weights(weights: Mapping[str, float]) -> str:
    """``hellaswag:2,arc_easy:0.5``; those that count once are left out."""
    return ",".join(f"{name}:{value:g}" for name, value in weights.items() if value != 1)


def read_choice(query: QueryDict) -> BoardChoice:
    """The choice that an address states; never raises. What makes no sense is left out and named in ``errors``."""
    errors: dict[str, list[str]] = {}
    filters = QueryDict(mutable=True)
    for name in FILTERS:
        filters.setlist(name, query.getlist(name))
    models = ModelFilters.parse(filters)
    tasks = tuple(one[:LONGEST] for one in _listed(query, "tasks"))
    if len(tasks) > MOST_TASKS:
        errors["tasks"] = [_("%(n)d tasks; at most %(most)d") % {"n": len(tasks), "most": MOST_TASKS}]
    choice = BoardChoice(
        tasks=tasks[:MOST_TASKS],
        shots=tuple(sorted({found for one in _listed(query, "shots") if (found := _shots(one, errors)) is not None})),
        origin=_one_of(query, "origin", tuple(Origin.values), errors),
        metric=_text(query, "metric"),
        normalised=_one_of(query, "values", ("raw", "normalised"), errors) == "normalised",
        weights=_weights(query, errors),
        pins=tuple(_listed(query, "pin"))[:MOST_PINS],
        missing=_one_of(query, "missing", MISSING, errors) or MISSING[0],
        columns=_columns(query, errors),
        sort=_text(query, "sort"),
        page=_whole(query, "page", 10**6, errors) or 1,
        page_size=_whole(query, "page_size", 500, errors) or PAGE_SIZES[1],
        models=models,
    )
    return replace(choice, errors={**errors, **models.errors})


def _text(query: QueryDict, name: str) -> str:
    return "".join(filter(str.isprintable, query.get(name, ""))).strip()[:LONGEST]


def _listed(query: QueryDict, name: str) -> Iterable[str]:
    """The values of a name, repeated or with commas, each once."""
    words = (word.strip() for value in query.getlist(name) for word in value.split(","))
    return list(dict.fromkeys(word for word in words if word and word.isprintable()))


def _one_of(query: QueryDict, name: str, known: tuple[str, ...], errors: dict[str, list[str]]) -> str:
    text = _text(query, name)
    if text and text not in known:
        errors[name] = [
            _("“%(value)s” is not known; one of: %(names)s") % {"value": text[:40], "names": ", ".join(known)}
        ]
    return text if text in known else ""


def _shots(text: str, errors: dict[str, list[str]]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) < 5:
        return int(text)
    errors["shots"] = [_("“%(value)s” is no number of shots, such as 0 or 5") % {"value": text[:40]}]
    return None


def _whole(query: QueryDict, name: str, most: int, errors: dict[str, list[str]]) -> int | None:
    text = _text(query, name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most:
        return int(text)
    errors[name] = [_("not a whole number from 1 to %(most)d") % {"most": most}]
    return None


def _columns(query: QueryDict, errors: dict[str, list[str]]) -> tuple[str, ...]:
    if "columns" not in query:
        return USUAL_COLUMNS
    words = _listed(query, "columns")
    unknown = [word for word in words if word not in (*COLUMNS, "none")]
    if unknown:
        names = ", ".join(COLUMNS)
        errors["columns"] = [
            _("“%(value)s” is not known; one of: %(names)s") % {"value": unknown[0][:40], "names": names}
        ]
    return tuple(word for word in COLUMNS if word in words)


def _weights(query: QueryDict, errors: dict[str, list[str]]) -> dict[str, float]:
    """From ``weights=a:2,b:0.5``, and from the fields of the form, ``weight.a=2``, which count before."""
    pairs = [tuple(word.rpartition(":")[::2]) for word in _listed(query, "weights")]
    pairs += [(name.removeprefix("weight."), str(query[name]).strip()) for name in query if name.startswith("weight.")]
    found: dict[str, float] = {}
    for name, text in pairs:
        value = _weight(text) if text else 1.0
        if value is None or not name:
            said = _("“%(value)s” is no weight from 0 to %(most)d, as in hellaswag:2")
            errors["weights"] = [said % {"value": f"{name}:{text}"[:60], "most": MOST_WEIGHT}]
        else:
            found[name[:LONGEST]] = value
    return found


def _weight(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= MOST_WEIGHT else None
