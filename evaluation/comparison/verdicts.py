"""Verdicts on a difference from the baseline: better, worse, no difference shown, or not known and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from evaluation.comparison.scores import Measured, Told
from evaluation.core.statistics import Difference

SIGNIFICANT = 0.05
SIGNS = {"better": "▲", "worse": "▼", "same": "≈", "unknown": "?"}


@dataclass(frozen=True)
class Verdict:
    """``delta``: this model's value minus the baseline's. ``reason`` says why, or by which test."""

    kind: str
    delta: float
    reason: str
    difference: Difference | None = None
    p_adjusted: float | None = None

    @property
    def sign(self) -> str:
        """Its mark."""
        return SIGNS[self.kind]


Test = Callable[[Measured, Measured], Difference | None]


def judge(base: Measured | Told, other: Measured | Told, test: Test) -> Verdict:
    """A first verdict. Those with a ``difference`` are settled by ``settle``, once all p-values are known."""
    delta = other.value - base.value
    reason = why_not(base, other)
    if reason:
        return Verdict("unknown", delta, reason)
    assert isinstance(base, Measured)
    assert isinstance(other, Measured)
    found = test(other, base)
    if found is None:
        return Verdict("unknown", delta, _("The uncertainty of one of the two is not known."))
    return Verdict("same", delta, _method(found), found)


def settle(verdict: Verdict, adjusted: float, higher_is_better: bool, questions: int) -> Verdict:
    """The verdict once its p-value is corrected for all that the page asks."""
    assert verdict.difference is not None
    kind = "same"
    if adjusted < SIGNIFICANT and verdict.difference.value:
        kind = "better" if (verdict.difference.value > 0) == higher_is_better else "worse"
    interval = verdict.difference.interval
    told = _("95 %% interval %(low)+.3f to %(high)+.3f; p %(p)s, %(holm)s after Holm for %(n)d questions.") % {
        "low": interval.low,
        "high": interval.high,
        "p": written(verdict.difference.p),
        "holm": written(adjusted),
        "n": questions,
    }
    return replace(verdict, kind=kind, p_adjusted=adjusted, reason=f"{verdict.reason} {told}")


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


def _method(found: Difference) -> str:
    words = {
        "paired-binary": _("Exact McNemar test on the same %(n)d documents."),
        "paired-mean": _("Paired t test on the same %(n)d documents."),
        "two-proportions": _("z test of two shares, %(n)d documents each; no samples to pair."),
        "two-means": _("Welch's t test, %(n)d documents each; no samples to pair."),
    }
    return words[found.method] % {"n": found.n}
