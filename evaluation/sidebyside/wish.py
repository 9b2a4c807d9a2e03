"""Which documents a reader wants to see, in the words of the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from evaluation.comparison.choice import CompareChoice, read_choice

LONGEST = 200
EVERY = "all"
PAGE_SIZE = 10


@dataclass(frozen=True)
class SamplesWish:
    """State of the page. ``choice`` holds the models and shots.

    ``right`` and ``wrong`` name models that must have the document right or wrong; ``EVERY`` stands for all.
    ``parted``: only what some have right and others wrong. ``spread``: largest disagreement first. ``document``: the
    hash of the only one to show. Blank: not chosen.
    """

    choice: CompareChoice
    task: str = ""
    filter: str = ""
    metric: str = ""
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    parted: bool = False
    spread: bool = False
    search: str = ""
    document: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE

    def words(self) -> dict[str, str]:
        """The words of the address; those that choose nothing are left out."""
        words = {
            "models": ",".join(self.choice.models),
            "task": self.task,
            "shots": "" if self.choice.shots is None else str(self.choice.shots),
            "filter": self.filter,
            "metric": self.metric,
            "right": ",".join(self.right),
            "wrong": ",".join(self.wrong),
            "show": "parted" if self.parted else "",
            "sort": "disagreement" if self.spread else "",
            "search": self.search,
            "document": self.document,
            "page": "" if self.page == 1 else str(self.page),
        }
        return {name: value for name, value in words.items() if value}

    def query(self, **changes: object) -> str:
        """The address with some words changed. Any change but of the page leads to the first page."""
        words = {**self.words(), **({} if "page" in changes else {"page": ""})}
        words |= {name: "" if value is None else str(value) for name, value in changes.items()}
        return "?" + urlencode({name: value for name, value in words.items() if value}, safe=",@")


def read_wish(query: QueryDict) -> SamplesWish:
    """The wish that an address states. What cannot be read chooses nothing."""
    return SamplesWish(
        choice=read_choice(query, query.getlist("models")),
        task=_word(query, "task"),
        filter=_word(query, "filter"),
        metric=_word(query, "metric"),
        right=_models(query, "right"),
        wrong=_models(query, "wrong"),
        parted=query.get("show") == "parted",
        spread=query.get("sort") == "disagreement",
        search=_word(query, "search"),
        document=_word(query, "document"),
        page=max(1, int(page)) if (page := query.get("page", "")).isdecimal() and len(page) < 9 else 1,
    )


def _word(query: Mapping[str, str], name: str) -> str:
    return query.get(name, "").replace("\0", "").strip()[:LONGEST]


def _models(query: QueryDict, name: str) -> tuple[str, ...]:
    asked = [word.replace("\0", "").strip()[:240] for one in query.getlist(name) for word in one.split(",")]
    return tuple(dict.fromkeys(one for one in asked if one))[:8]
