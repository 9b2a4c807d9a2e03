"""What is told of one chip: the lines of its hover box and of the peek. Plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from modelcards.taxonomy import FAMILIES, RELATIONS, STAGES
from modelcards.tree.dress import Dress
from modelcards.tree.nodes import Leaf
from modelcards.tree.plan import NAMES
from modelcards.values import format_size


def facts_of(leaf: Leaf, labels: Mapping[str, str], dress: Dress | None = None, notes: Sequence[str] = ()) -> list[str]:
    """Lines about a chip, its name left out. ``labels``: names of the other chips; ``dress``: what its colour says;
    ``notes``: further lines, such as best scores."""
    words = _words(get_language())
    lines = [words.makers(leaf), words.when(leaf), words.size(leaf), *words.origins(leaf, labels), words.series(leaf)]
    told = [line for line in (*lines, dress.told(leaf) if dress else "", *notes) if line]
    return list(dict.fromkeys(told))  # the score that colours a chip may be among its best


def origins(leaf: Leaf, labels: Mapping[str, str]) -> list[str]:
    """What it was made from, and how, where that has a chip; and that a date is at odds with this."""
    return _words(get_language()).origins(leaf, labels)


def openness(leaf: Leaf) -> str:
    """Open, closed or not known, in words."""
    return _words(get_language()).openness[leaf.open_weights]


@lru_cache(maxsize=8)
def _words(language: str | None) -> Words:
    """The words of a language, looked up once: a picture may have thousands of chips."""
    return Words(
        families={key: str(family.name) for key, family in FAMILIES.items()} | {k: str(v) for k, v in NAMES.items()},
        stages={key: str(stage.name) for key, stage in STAGES.items() if key != "base"},
        relations={key: str(relation.name) for key, relation in RELATIONS.items()},
        openness={True: _("open weights"), False: _("closed weights"), None: _("weights not known")},
        parameters=_("%s parameters"),
        tokens=_("trained on %s tokens"),
        made_from=_("Made from"),
        early=_("▾ dated before the model it was made from"),
    )


@dataclass(frozen=True)
class Words:
    """Names and phrases in one language."""

    families: Mapping[str, str]
    stages: Mapping[str, str]
    relations: Mapping[str, str]
    openness: Mapping[bool | None, str]
    parameters: str
    tokens: str
    made_from: str
    early: str

    def makers(self, leaf: Leaf) -> str:
        """Who made it, and at which stage of training it is where that is not the first."""
        names = ", ".join(leaf.model.organisations) if leaf.model else leaf.organisation
        stage = self.stages.get(leaf.model.stage, "") if leaf.model else ""
        return f"{names} · {stage}" if names and stage else names or stage

    def when(self, leaf: Leaf) -> str:
        """Release date as precise as known, architecture family, and openness."""
        model = leaf.model
        family = self.families.get(model.architecture_family if model else leaf.branch) or self.families[leaf.branch]
        day = (model.released if model else "") or leaf.day.isoformat()
        return f"{day} · {family} · {self.openness[leaf.open_weights]}"

    def size(self, leaf: Leaf) -> str:
        """Parameters and training tokens, as far as known."""
        model = leaf.model
        parameters = self.parameters % format_size(model.parameters) if model and model.parameters else ""
        tokens = self.tokens % format_size(model.training_tokens) if model and model.training_tokens else ""
        return f"{parameters} · {tokens}" if parameters and tokens else parameters or tokens

    def origins(self, leaf: Leaf, labels: Mapping[str, str]) -> list[str]:
        """What it was made from, and how; and that a date is at odds with this."""
        links = [(leaf.parent, leaf.relation), *leaf.others] if leaf.parent else leaf.others
        found = [f"{self.relations.get(how, self.made_from)} {labels[slug]}" for slug, how in links if slug in labels]
        return [*found, self.early] if leaf.early else found

    def series(self, leaf: Leaf) -> str:
        """How many models a chip of a series stands for."""
        count = len(leaf.members)
        return ngettext("Series of %(n)d model", "Series of %(n)d models", count) % {"n": count} if count > 1 else ""
