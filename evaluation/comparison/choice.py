"""What a reader asked to compare, in the words of the page's address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

MOST = 8
BEST = "best"
"""The word for a baseline that is the best value of each row. A model of that slug is named ``best@main``."""


@dataclass(frozen=True)
class CompareChoice:
    """State of the page. ``models`` are as asked for, each once: a slug, or ``slug@revision``.

    ``surplus``: models beyond the eighth; ``repeated``: those named twice. ``baseline``: a model, or ``BEST``;
    ``pin``: the model whose column stays in sight. ``shots`` None means all. ``every_metric``: also those that are not
    the benchmark's primary one; ``every_row``: also tasks of one model alone; ``every_part``: also the parts of large
    groups. ``differences``: only facts that differ. ``row``: the task that is shown in full, as ``RowKey.word``.
    """

    models: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    baseline: str = ""
    pin: str = ""
    shots: int | None = None
    differences: bool = False
    every_metric: bool = False
    every_row: bool = False
    every_part: bool = False
    row: str = ""

    def words(self, **changes: object) -> dict[str, str]:
        """The words of the address with some changed; those that choose nothing are left out."""
        models = changes.pop("models", self.models)
        assert isinstance(models, tuple)
        words: dict[str, object] = {
            "models": ",".join(models),
            "baseline": self.baseline if self.baseline in (*models, BEST) else "",
            "pin": self.pin if self.pin in models else "",
            "shots": "" if self.shots is None else self.shots,
            "differences": 1 if self.differences else "",
            "metrics": "all" if self.every_metric else "",
            "rows": "all" if self.every_row else "",
            "parts": "all" if self.every_part else "",
            "row": self.row,
            **changes,
        }
        return {name: str(value) for name, value in words.items() if value not in ("", None)}

    def query(self, **changes: object) -> str:
        """The address of the page with some words changed."""
        return "?" + urlencode(self.words(**changes), safe=",@")

    def kept(self) -> list[tuple[str, str]]:
        """Words that a form of the page carries along, beside the models."""
        return [(name, value) for name, value in self.words().items() if name != "models"]

    def without(self, model: str) -> str:
        """The address with one model fewer."""
        return self.query(models=tuple(one for one in self.models if one != model))


def read_choice(query: Mapping[str, str], models_asked: Iterable[str]) -> CompareChoice:
    """The choice that an address states; ``models_asked`` are the values of its ``models``, which may be repeated."""
    asked = [word.replace("\0", "").strip()[:240] for one in models_asked for word in one.split(",")]
    named = [one for one in asked if one]
    models = tuple(dict.fromkeys(named))
    shots = query.get("shots", "")
    return CompareChoice(
        models=models[:MOST],
        surplus=models[MOST:],
        repeated=tuple(one for one in models if named.count(one) > 1),
        baseline=query.get("baseline", ""),
        pin=query.get("pin", ""),
        shots=int(shots) if shots.isascii() and shots.isdigit() and len(shots) < 5 else None,
        differences=query.get("differences") == "1",
        every_metric=query.get("metrics") == "all",
        every_row=query.get("rows") == "all",
        every_part=query.get("parts") == "all",
        row=query.get("row", "").replace("\0", "")[:400],
    )
