"""What a reader asked of the tree, in the words of the page's address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from modelcards.tree.nodes import BEFORE, BRANCHES, TreeModel, branch_of
from modelcards.tree.organisations import house, houses
from modelcards.tree.select import SHOWN

OPENNESS = ("", "yes", "no")
VIEWS = ("", "list", "picture")


@dataclass(frozen=True)
class TreeChoice:
    """State of the page. Empty words choose nothing; ``refused`` says what of the address was not understood."""

    show: str = "key"
    family: str = ""
    organisation: str = ""
    open: str = ""
    until: int | None = None
    find: str = ""
    view: str = ""
    colour: str = ""
    refused: tuple[str, ...] = field(default=(), compare=False)

    def keeps(self, model: TreeModel) -> bool:
        """Whether a model passes the filters."""
        return (
            (not self.family or branch_of(model.architecture_family) == self.family)
            and (not self.organisation or self.organisation in houses(model.organisations))
            and (not self.open or model.open_weights is (self.open == "yes"))
            and (not self.until or model.day is None or model.day.year <= self.until)
        )

    def finds(self, model: TreeModel) -> bool:
        """Whether a model answers the search."""
        words = self.find.lower().split()
        text = f"{model.name} {model.slug} {' '.join(model.organisations)}".lower()
        return bool(words) and all(word in text for word in words)

    def found(self, models: Sequence[TreeModel]) -> frozenset[str]:
        """Slugs of the models that answer the search; a whole slug is that model alone."""
        exact = [model.slug for model in models if model.slug == self.find]
        return frozenset(exact or [model.slug for model in models if self.finds(model)])

    def query(self, **changes: object) -> str:
        """The address of the page with some words changed; words that choose nothing are left out."""
        words = {
            "show": "" if self.show == "key" else self.show,
            "family": self.family,
            "organisation": self.organisation,
            "open": self.open,
            "until": self.until or "",
            "find": self.find,
            "view": self.view,
            "colour": self.colour,
            **changes,
        }
        return "?" + urlencode({key: value for key, value in words.items() if value})


def read_choice(query: Mapping[str, str], models: Sequence[TreeModel], colours: Sequence[str]) -> TreeChoice:
    """The choice that an address states. A word that is not known is left out and said in ``refused``."""
    refused: list[str] = []
    makers = sorted({house(name) for model in models for name in model.organisations})

    def word(name: str, known: Sequence[str], otherwise: str = "") -> str:
        value = query.get(name, "")
        if not value or value in known:
            return value or otherwise
        refused.append(_("%(name)s=%(value)s is not known here") % {"name": name, "value": value[:60]})
        return otherwise

    return TreeChoice(
        show=word("show", SHOWN, "key"),
        family=word("family", (*BRANCHES, BEFORE)),
        organisation=word("organisation", makers),
        open=word("open", OPENNESS),
        until=_year(query.get("until", ""), refused),
        find=query.get("find", "").strip()[:100],
        view=word("view", VIEWS),
        colour=word("colour", colours),
        refused=tuple(refused),
    )


def _year(text: str, refused: list[str]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1900 <= int(text[:5]) <= 2999:
        return int(text)
    refused.append(_("until=%(value)s is not a year") % {"value": text[:60]})
    return None
