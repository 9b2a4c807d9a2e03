"""The retention rule of this site: what it says, in settings and in words, and carrying it out."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.actions.audit import audit
from evaluation.actions.prune import Pruned
from evaluation.actions.prune_leftovers import leftovers_prune
from evaluation.actions.prune_logs import logs_prune
from evaluation.actions.prune_samples import prompts_prune, samples_prune
from evaluation.core.retention import MIB, Rule
from evaluation.templatetags.evaluation_format import size

PARTS = ("samples", "prompts", "logs", "leftovers")


def sample_rule() -> Rule:
    """For sample sets."""
    return Rule(settings.HUB_SAMPLES_DAYS, settings.HUB_SAMPLES_MB * MIB)


def log_rule() -> Rule:
    """For logs of runs."""
    return Rule(settings.HUB_LOGS_DAYS, settings.HUB_LOGS_MB * MIB)


def rule_words(rule: Rule) -> str:
    """A rule as a sentence for readers; blank for one without bounds."""
    told = {"days": rule.days, "size": size(rule.bytes)}
    if rule.days and rule.bytes:
        text = _("kept for %(days)d days and up to %(size)s in all, the oldest going first")
    elif rule.days:
        text = ngettext("kept for %(days)d day", "kept for %(days)d days", rule.days)
    elif rule.bytes:
        text = _("kept up to %(size)s in all, the oldest going first")
    else:
        return ""
    return text % told


def prune(*, parts: Collection[str] = PARTS, dry_run: bool = False) -> dict[str, Pruned]:
    """Carry the rule out for ``parts``; returns by part what went, or would go. Leaves an audit entry where any did.

    Two at the same time do no harm: each file is taken by one of them.
    """
    steps: dict[str, Callable[[], Pruned]] = {
        "samples": lambda: samples_prune(rule=sample_rule(), dry_run=dry_run),
        "prompts": lambda: prompts_prune(dry_run=dry_run),
        "logs": lambda: logs_prune(rule=log_rule(), dry_run=dry_run),
        "leftovers": lambda: leftovers_prune(dry_run=dry_run),
    }
    done = {part: steps[part]() for part in PARTS if part in parts}
    if not dry_run and any(one.count for one in done.values()):
        detail = {part: {"count": one.count, "bytes": one.bytes} for part, one in done.items() if one.count}
        audit(who=None, action="files removed by the retention rule", target="storage", detail=detail)
    return done
