"""What a reader asked to see drawn, in the words of the page's address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from evaluation.models import Origin
from evaluation.plots.axes import AXES
from modelcards.taxonomy import FAMILIES, STAGES

VIEWS = ("scaling", "training", "shots")
TRAINING_AXES = ("step", "tokens")
MOST_MODELS = 50
EVERY = "all"
AVERAGE = "average"
"""In place of a task: the mean over all tasks that the drawn models share."""


@dataclass(frozen=True)
class PlotChoice:
    """State of the page. Blank or None: the page chooses, and says what it chose.

    ``origin``: one of the three or ``all``; ``x_linear``, ``y_log``: other scales than the usual; ``normalised``: 0 is
    a blind guess and 1 the best there is; ``families``, ``stages``, ``models``: these alone, empty: all of them.
    """

    view: str = "scaling"
    x: str = "parameters"
    task: str = ""
    shots: int | None = None
    origin: str = ""
    families: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    normalised: bool = False
    x_linear: bool = False
    y_log: bool = False
    fits: bool = True
    frontier: bool = True
    page: int = 1

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins that are drawn."""
        return tuple(Origin.values) if self.origin in ("", EVERY) else (self.origin,)

    def query(self, **changes: object) -> str:
        """The address with some fields changed; what is as usual is left out. A change leads to the first page."""
        one = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        usual = PlotChoice(x=_axes(one.view)[0]).words()
        words = [(name, word) for name, word in one.words().items() if word != usual[name]]
        return "?" + urlencode(words, safe=",")

    def words(self) -> dict[str, str]:
        """Every word of the address, also those that choose nothing."""
        return {
            "view": "" if self.view == VIEWS[0] else self.view,
            "x": self.x,
            "task": self.task,
            "shots": "" if self.shots is None else str(self.shots),
            "origin": self.origin,
            "family": ",".join(self.families),
            "stage": ",".join(self.stages),
            "models": ",".join(self.models),
            "y": "normalised" if self.normalised else "",
            "x_scale": "linear" if self.x_linear else "",
            "y_scale": "log" if self.y_log else "",
            "fits": "" if self.fits else "off",
            "frontier": "" if self.frontier else "off",
            "page": "" if self.page == 1 else str(self.page),
        }


def read_choice(query: QueryDict) -> PlotChoice:
    """The choice that an address states; a word that means nothing here counts as not said."""
    view = _one_of(query.get("view", ""), VIEWS) or VIEWS[0]
    return PlotChoice(
        view=view,
        x=_one_of(query.get("x", ""), _axes(view)) or _axes(view)[0],
        task=_plain(query.get("task", "")),
        shots=_number(query.get("shots", ""), 10_000),
        origin=_one_of(query.get("origin", ""), (*Origin.values, EVERY)),
        families=_several(query, "family", FAMILIES),
        stages=_several(query, "stage", STAGES),
        models=_several(query, "models", None)[:MOST_MODELS],
        normalised=query.get("y", "") == "normalised",
        x_linear=query.get("x_scale", "") == "linear",
        y_log=query.get("y_scale", "") == "log",
        fits=query.get("fits", "") != "off",
        frontier=query.get("frontier", "") != "off",
        page=_number(query.get("page", ""), 1_000_000) or 1,
    )


def _axes(view: str) -> tuple[str, ...]:
    return {"scaling": tuple(AXES), "training": TRAINING_AXES, "shots": ("shots",)}[view]


def _one_of(word: str, known: Sequence[str]) -> str:
    return word if word in known else ""


def _several(query: QueryDict, name: str, known: Mapping[str, object] | None) -> tuple[str, ...]:
    words = [word.strip() for value in query.getlist(name) for word in _plain(value, 8000).split(",")]
    return tuple(dict.fromkeys(word for word in words if word and (known is None or word in known)))


def _plain(word: str, longest: int = 200) -> str:
    return word.replace("\0", "").strip()[:longest]


def _number(word: str, most: int) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 8 and int(word) <= most else None
