"""Verdicts on a difference: better, worse, no difference shown, or not known and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from evaluation.comparison.scores import Measured, Told

if TYPE_CHECKING:
    from evaluation.core.statistics import Difference

SIGNIFICANT = 0.05
SIGNS = {"better": "▲", "worse": "▼", "same": "≈", "unknown": "?"}


@dataclass(frozen=True)
class Pair:
    """Two models of a row: ``first - second``, and the p-value once it is corrected together with those of all
    ``questions`` that the page asks."""

    difference: Difference
    p_adjusted: float
    questions: int

    @property
    def settled(self) -> bool:
        """Whether the two differ by more than noise."""
        return self.p_adjusted < SIGNIFICANT and self.difference.value != 0


@dataclass(frozen=True)
class Verdict:
    """``delta``: this model's value minus that which it is compared with. ``reason`` says why, or by which test."""

    kind: str
    delta: float
    reason: str
    pair: Pair | None = None

    @property
    def sign(self) -> str:
        """Its mark."""
        return SIGNS[self.kind]

    @property
    def word(self) -> str:
        """Its name."""
        return {"better": _("better"), "worse": _("worse"), "same": _("no difference shown")}.get(
            self.kind, _("not known")
        )


def judge(base: Measured | Told, other: Measured | Told, pair: Pair | None, higher: bool) -> Verdict:
    """The verdict on ``other`` against ``base``; ``pair`` is ``other - base``, where the two could be tested.

    ``higher``: more of the metric is better.
    """
    delta = other.value - base.value
    reason = why_not(base, other)
    if reason:
        return Verdict("unknown", delta, reason)
    if pair is None:
        return Verdict("unknown", delta, _("The uncertainty of one of the two is not known."))
    kind = "same"
    if pair.settled:
        kind = "better" if (pair.difference.value > 0) == higher else "worse"
    noted = _noted(base, other) if isinstance(base, Measured) and isinstance(other, Measured) else ""
    return Verdict(kind, delta, " ".join(filter(None, [explained(pair), noted])), pair)


def explained(pair: Pair) -> str:
    """How a difference was tested and what came of it, in sentences."""
    found = pair.difference
    told = [
        method(found),
        _("95 %% interval %(low)+.3f to %(high)+.3f; p %(p)s, %(holm)s after Holm for %(n)d questions.")
        % {
            "low": found.interval.low,
            "high": found.interval.high,
            "p": written(found.p),
            "holm": written(pair.p_adjusted),
            "n": pair.questions,
        },
    ]
    if found.agreement is not None:
        told.append(_("They agree on %(share).0f %% of the documents.") % {"share": 100 * found.agreement})
    if found.detectable is not None and not pair.settled:
        told.append(
            _("The smallest difference that so many documents would show four times in five: %(least).3f.")
            % {"least": found.detectable}
        )
    return " ".join(told)


def written(p: float) -> str:
    """A p-value as papers write it."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def why_not(base: Measured | Told, other: Measured | Told) -> str:
    """Why two values may not be judged; blank where they may."""
    if isinstance(base, Told) and isinstance(other, Told):
        return _("Both values are published: neither answers per document nor their number are known.")
    if isinstance(base, Told) or isinstance(other, Told):
        return _("One value is measured and the other published; they need not mean the same.")
    if base.limit or other.limit:
        return _("Limited to some documents; such scores are left out of verdicts.")
    if not base.comparable_key or not other.comparable_key:
        return _("It is not known how one of the two was measured.")
    if base.comparable_key != other.comparable_key:
        return _("Not comparable: %(parts)s.") % {"parts": "; ".join(_differing(base, other))}
    return ""


def _differing(base: Measured, other: Measured) -> list[str]:
    """What differs between two measurements of one task, as far as their records tell."""
    parts = []
    mine, theirs = _scoring(other), _scoring(base)
    if mine != theirs:
        parts.append(_("%(mine)s against %(theirs)s of the baseline") % {"mine": mine, "theirs": theirs})
    for name, words in (("seed", _("seed of the shots")), ("system_instruction", _("system instruction"))):
        if base.settings.get(name) != other.settings.get(name):
            parts.append(words)
    if base.settings.get("generation_kwargs") != other.settings.get("generation_kwargs"):
        parts.append(_("settings of generation"))
    if base.made_with.get("task_version") != other.made_with.get("task_version"):
        parts.append(_("version of the task"))
    elif base.made_with.get("task_config") != other.made_with.get("task_config"):
        parts.append(_("configuration of the task"))
    return parts or [_("the documents, the prompts or the task are not the same")]


def _scoring(one: Measured) -> str:
    kind = one.made_with.get("scoring", "")
    return str(kind) or _("another kind of scoring")


def _noted(base: Measured, other: Measured) -> str:
    """What differs without barring the comparison, in a sentence; blank where nothing does."""
    names = {
        "dtype": _("dtype"),
        "chat_template": _("chat template"),
        "lm_eval": _("version of lm-eval"),
        "transformers": _("version of transformers"),
        "torch": _("version of torch"),
    }
    parts = []
    for name, word in names.items():
        mine, theirs = (_noted_value(one, name) for one in (other, base))
        if mine is not None and theirs is not None and mine != theirs:
            parts.append(f"{word} ({mine}; {theirs})")
    return _("Differs too, without barring this: %(parts)s.") % {"parts": ", ".join(parts)} if parts else ""


def _noted_value(one: Measured, name: str) -> object:
    versions = one.made_with.get("versions")
    stated = versions.get(name) if isinstance(versions, Mapping) else None
    return one.made_with.get(name, one.settings.get(name, stated))


def method(found: Difference) -> str:
    """The test in one sentence, and whether the documents were paired."""
    words = {
        "paired-binary": _("Exact McNemar test on the same %(n)d documents."),
        "paired-permutation": _("Sign-flip permutation test on the same %(n)d documents."),
        "paired-clustered": _("Sign-flip permutation test on the same %(n)d documents, whole passages at a time."),
        "two-proportions": _("Unpaired: z test of two shares, %(n)d documents each; no shared ones to pair."),
        "two-means": _("Unpaired: Welch's t test, %(n)d documents each; no shared ones to pair."),
    }
    return words.get(found.method, found.method) % {"n": found.n}
