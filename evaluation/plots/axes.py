"""What scores are drawn against: five numbers of a card, each with how it is read, written and scaled. Pure."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from modelcards.models import ModelCard
from modelcards.values import format_size, iso_date

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

YEAR = 365.2425


@dataclass(frozen=True)
class Axis:
    """One axis. ``of``: the card's number, None where it is not known; ``written``: as pages write it.

    A date is the number of its day (``date.toordinal``). ``lacking``: what a card without it does not state;
    ``per``: of which step of the axis a slope is told, on its usual scale; ``best``: what one is on its frontier.
    """

    key: str
    name: _StrOrPromise
    log: bool
    of: Callable[[ModelCard], float | None]
    written: Callable[[float], str]
    lacking: _StrOrPromise
    per: _StrOrPromise
    best: _StrOrPromise
    note: _StrOrPromise = ""

    def told(self, card: ModelCard) -> str:
        """The card's number as pages write it; a date as far as it is known. Blank where not known."""
        if self.key == "date":
            return iso_date(card.release_date, card.release_precision)
        number = self.of(card)
        return "" if number is None else self.written(number)


def training_compute(parameters: int | None, active: int | None, tokens: int | None) -> float | None:
    """Floating-point operations of pre-training, ``6 N D`` (Kaplan et al. 2020, arXiv:2001.08361, section 2.1).

    ``N``: the parameters that each token meets, which are the active ones of a mixture of experts. None where a number
    is not known.
    """
    met = active or parameters
    return None if not met or not tokens else 6.0 * met * tokens


def _compute(card: ModelCard) -> float | None:
    return training_compute(card.parameters, card.active_parameters, card.training_tokens)


def _ratio(card: ModelCard) -> float | None:
    if not card.parameters or not card.training_tokens:
        return None
    return card.training_tokens / card.parameters


def _size(number: float) -> str:
    return format_size(round(number))


def written_power(number: float) -> str:
    """``3.1e23``, as papers write operations."""
    power = math.floor(math.log10(number)) if number > 0 else 0
    return f"{number / 10**power:.2g}e{power}"


def written_ratio(number: float) -> str:
    """``20``, ``1.4``, ``0.02``, ``12K``."""
    return _size(number) if number >= 1000 else f"{number:.2g}" if number < 100 else f"{number:.0f}"


def _day(number: float) -> str:
    return date_format(datetime.date.fromordinal(round(number)), "j M Y")


AXES = {
    axis.key: axis
    for axis in (
        Axis(
            "parameters",
            _("Parameters"),
            True,
            lambda card: card.parameters,
            _size,
            _("parameters"),
            _("tenfold parameters"),
            _("best for its size"),
            _("All parameters; of a mixture of experts also those that a token does not meet."),
        ),
        Axis(
            "tokens",
            _("Training tokens"),
            True,
            lambda card: card.training_tokens,
            _size,
            _("training tokens"),
            _("tenfold tokens"),
            _("best for its tokens"),
            _("Tokens are those of each model's own tokenizer."),
        ),
        Axis(
            "compute",
            _("Training compute, FLOP"),
            True,
            _compute,
            written_power,
            _("both parameters and training tokens"),
            _("tenfold compute"),
            _("best for its compute"),
            _(
                "6 × parameters × training tokens (Kaplan et al. 2020); of a mixture of experts the active parameters."
                " What tuning cost afterwards is not in it."
            ),
        ),
        Axis(
            "date",
            _("Release date"),
            False,
            lambda card: card.release_date.toordinal() if card.release_date else None,
            _day,
            _("release date"),
            _("year"),
            _("best when it came out"),
            _("Where only the month or the year is known, the mark stands at its beginning."),
        ),
        Axis(
            "ratio",
            _("Training tokens per parameter"),
            True,
            _ratio,
            written_ratio,
            _("both parameters and training tokens"),
            _("tenfold tokens per parameter"),
            _("best for its ratio"),
            _("About 20 spend a given amount of computing best (Hoffmann et al. 2022)."),
        ),
    )
}
