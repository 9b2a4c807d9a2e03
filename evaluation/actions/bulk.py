"""What acts on many runs share: whose they are, short transactions, and what was left as it was and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.errors import NotAllowed
from evaluation.actions.permission import check_may_change, is_staff
from evaluation.models import Run
from modelcards.querysets import Reader

AT_ONCE = 200
"""Runs of one transaction: others who write wait for no more than these."""


@dataclass(frozen=True)
class Bulk:
    """``changed``: runs that it was done to. ``left``: why others stayed as they are, and how many of them.

    ``woken`` False: Redis was not reachable, work starts when it is back.
    """

    changed: int
    left: Mapping[str, int]
    woken: bool = True


def theirs(user: Reader, runs: Iterable[int]) -> tuple[list[int], Counter[str]]:
    """Of ``runs`` those that ``user`` may change, in the order of locks; the others counted under the reason.

    Raises ``NotAllowed`` without an account. What ``user`` may see the caller has looked at.
    """
    check_may_change(user, user.pk)
    asked = sorted(set(runs))
    if is_staff(user):
        return asked, Counter()
    mine: list[int] = []
    for part in _parts(asked):
        mine += Run.objects.filter(pk__in=part, requested_by=user.pk).order_by("pk").values_list("pk", flat=True)
    return mine, Counter({_not_theirs(user): len(asked) - len(mine)})


def _not_theirs(user: Reader) -> str:
    """The words with which one run of somebody else's is refused."""
    try:
        check_may_change(user, None)
    except NotAllowed as refused:
        return refused.reason
    return _("It is not yours.")


@dataclass
class Changed:
    """Goes through runs part by part, each in a transaction of its own, and counts."""

    left: Counter[str]
    sent: list[bool] = field(default_factory=list)

    def by(self, change: Callable[[list[int], Counter[str]], int], runs: list[int]) -> Bulk:
        """``change`` takes some runs and the counter of reasons, and gives the number of runs that it changed."""
        changed = 0
        for part in _parts(runs):
            with transaction.atomic():
                changed += change(part, self.left)
        return Bulk(changed, {reason: n for reason, n in self.left.items() if n}, woken=all(self.sent))


def _parts(runs: list[int]) -> Iterable[list[int]]:
    return (runs[start : start + AT_ONCE] for start in range(0, len(runs), AT_ONCE))
