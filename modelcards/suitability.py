"""What a model is for and what it cannot do: as sources state it of this model, else what follows from its kind.

The two are told apart everywhere: what follows from family, objective and stage is no statement about the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from modelcards import taxonomy
from modelcards.cardfacts import CardFacts, FactLine
from modelcards.models import ModelCard

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class Remark:
    """What holds for models of a kind: the kind's name, the sentence, and where it is from."""

    kind: _StrOrPromise
    text: _StrOrPromise
    source: str


@dataclass(frozen=True)
class Advice:
    """What is stated of the model itself (None: nothing), and what follows from its kind."""

    line: FactLine | None
    remarks: list[Remark]

    def __bool__(self) -> bool:
        return bool(self.line or self.remarks)


# Wire key to what models of this kind cannot do, and the source of that.
FAMILY_LIMITS: dict[str, tuple[_StrOrPromise, str]] = {
    "decoder-only": (
        _("Each word is written from what stands to its left alone. What it writes is likely, which need not be true."),
        "Brown et al. 2020, arXiv:2005.14165, section 5",
    ),
    "encoder-only": (
        _("It writes no text. For a task other than filling in words, a classifier must be trained on its vectors."),
        "Devlin et al. 2018, arXiv:1810.04805",
    ),
    "encoder-decoder": (
        _("Before it is tuned on tasks, it follows new prompts less well than a decoder-only model of the same cost."),
        "Wang et al. 2022, arXiv:2204.05832",
    ),
    "prefix-lm": (
        _("Where the given text ends must be known, and only what follows it is learnt from."),
        "Raffel et al. 2019, arXiv:1910.10683, section 3.2",
    ),
    "recurrent": (
        _("What it read a few hundred words ago is all but lost, and its training cannot run over a text in parallel."),
        "Khandelwal et al. 2018, arXiv:1805.04623; Vaswani et al. 2017, arXiv:1706.03762",
    ),
    "embedding": (
        _("All senses of a word share one vector; order and context are lost."),
        "Peters et al. 2018, arXiv:1802.05365",
    ),
}

_PSEUDO = (
    _("It gives no probability of a whole text, only of each word when all others are seen."),
    "Salazar et al. 2019, arXiv:1910.14659",
)

OBJECTIVE_LIMITS: dict[str, tuple[_StrOrPromise, str]] = {
    "masked-lm": _PSEUDO,
    "masked-lm-nsp": _PSEUDO,
    "replaced-token-detection": (
        _("It tells real words from replaced ones and gives no probability of a word."),
        "Clark et al. 2020, arXiv:2003.10555",
    ),
    "supervised-translation": (
        _("It was taught to translate between given languages, and nothing else."),
        "Vaswani et al. 2017, arXiv:1706.03762",
    ),
}

STAGE_LIMITS: dict[str, tuple[_StrOrPromise, str]] = {
    "base": (_("It was taught neither to follow a request nor to refuse one."), "Ouyang et al. 2022, arXiv:2203.02155"),
    "rlhf": (
        _("It was tuned to what people prefer, which is not always what is right."),
        "Sharma et al. 2023, arXiv:2310.13548",
    ),
    "adapter": (_("It does not run without its base model."), "Hu et al. 2021, arXiv:2106.09685"),
    "quantized": (
        _("Its answers differ slightly from those of the model that it was made from."),
        "Dettmers et al. 2022, arXiv:2208.07339",
    ),
}


def suited_tasks(card: ModelCard, facts: CardFacts) -> Advice:
    """What the model is for."""
    family = taxonomy.FAMILIES.get(card.architecture_family)
    return _advice(facts, "suited_tasks", [Remark(family.name, family.tasks, family.source)] if family else [])


def known_limits(card: ModelCard, facts: CardFacts) -> Advice:
    """What the model cannot do."""
    kinds: Iterable[tuple[str, dict[str, tuple[_StrOrPromise, str]], dict[str, taxonomy.Term]]] = (
        (card.architecture_family, FAMILY_LIMITS, {**taxonomy.FAMILIES}),
        (card.objective, OBJECTIVE_LIMITS, taxonomy.OBJECTIVES),
        (card.stage, STAGE_LIMITS, taxonomy.STAGES),
    )
    return _advice(facts, "limits", [Remark(terms[key].name, *said[key]) for key, said, terms in kinds if key in said])


def _advice(facts: CardFacts, key: str, remarks: list[Remark]) -> Advice:
    stated = key in facts.by_field or key in facts.withdrawn
    line = facts.line(key) if stated else None
    return Advice(line, [] if line and line.fact else remarks)
