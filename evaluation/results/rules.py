"""Name rules: which other name a file means by a name. Pure and linear; no pattern can make it slow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

STAR = "*"
LONGEST = 200


class Rule(Protocol):
    """A pattern and what is meant by it; one ``*`` may stand in each."""

    @property
    def pattern(self) -> str:
        """The name that files give."""

    @property
    def target(self) -> str:
        """The name that is meant."""


@dataclass(frozen=True)
class ShippedRule:
    """A rule that comes with the hub."""

    pattern: str
    target: str
    note: str = ""


# The names under which EleutherAI first published the final Pythia models.
SHIPPED = (ShippedRule("EleutherAI/pythia-v1.1-*", "EleutherAI/pythia-*", "renamed by its makers"),)


def check_rule(pattern: str, target: str) -> dict[str, str]:
    """What is wrong with a rule, by field."""
    errors = {}
    for field, text in (("pattern", pattern), ("target", target)):
        if not text.strip() or len(text) > LONGEST or not text.isprintable():
            errors[field] = _("Give a name of at most %(n)d letters.") % {"n": LONGEST}
        elif text.count(STAR) > 1:
            errors[field] = _("One * is known, not several.")
    if not errors and STAR in target and STAR not in pattern:
        errors["target"] = _("A * here needs one in the name that files give.")
    if not errors and pattern.strip() == STAR:
        errors["pattern"] = _("This would be every model; name at least a part.")
    return errors


def meant(name: str, rules: Iterable[Rule]) -> str | None:
    """The name that a rule gives instead, or None: the most exact rule first, then the longest pattern."""
    ordered = sorted(rules, key=lambda rule: (STAR in rule.pattern, -len(rule.pattern), rule.pattern))
    for rule in ordered:
        inside = _inside(name, rule.pattern)
        if inside is not None:
            return rule.target.replace(STAR, inside)
    return None


def _inside(name: str, pattern: str) -> str | None:
    """What the ``*`` of the pattern stands for in the name; None where the name is another."""
    lower, wanted = name.lower(), pattern.lower()
    before, star, after = wanted.partition(STAR)
    if not star:
        return "" if lower == wanted else None
    if len(name) < len(before) + len(after) or not (lower.startswith(before) and lower.endswith(after)):
        return None
    return name[len(before) : len(name) - len(after)]
