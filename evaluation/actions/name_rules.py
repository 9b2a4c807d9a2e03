"""Rules for the names that files give models, and corrections by a person."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.permission import check_may_queue
from evaluation.actions.stated_move import Moved, stated_move
from evaluation.models import NameRule, StatedModel
from evaluation.results.matching import known_rules, match, meaning, rule_shown
from evaluation.results.modelname import REPOSITORY
from evaluation.results.rules import check_rule
from evaluation.results.shapes import NamedModel
from modelcards.actions.card_draft import card_draft
from modelcards.models import ModelCard

How = StatedModel.How


class RuleError(ValueError):
    """A rule that cannot be; ``errors`` by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


@transaction.atomic
def rule_save(*, user: User, pattern: str, target: str, note: str = "") -> NameRule:
    """Make the rule, or give the one with this pattern another target. Raises NotAllowed and RuleError."""
    check_may_queue(user)
    pattern, target, note = pattern.strip(), target.strip(), note.strip()
    errors = check_rule(pattern, target)
    if len(note) > 300 or not note.isprintable():
        errors["note"] = _("At most 300 letters.")
    there = NameRule.objects.filter(pattern=pattern).first()
    if there is not None and not rule_shown(there, user):
        errors["pattern"] = _("Somebody else has a rule for this name.")
    if errors:
        raise RuleError(errors)
    row, _made = NameRule.objects.update_or_create(
        pattern=pattern, defaults={"target": target, "note": note, "who": user}
    )
    audit(who=user, action="name rule", target=pattern, detail={"target": target})
    return row


@transaction.atomic
def rule_forget(*, user: User, row: NameRule) -> None:
    """Delete a rule; what it led to stays until the names are matched again. Raises NotAllowed."""
    check_may_queue(user)
    audit(who=user, action="name rule deleted", target=row.pattern, detail={"target": row.target})
    row.delete()


@transaction.atomic
def name_correct(*, user: User, stated: StatedModel, target: str) -> Moved:
    """This name means that card, now and in files to come. Raises NotAllowed and RuleError.

    ``target``: the address or the repository of a card that the person may read.
    """
    check_may_queue(user)
    card = meaning(target.strip(), user)
    if card is None:
        reason = _("There is no model “%(name)s” that you can read; give the address or the repository of its card.")
        raise RuleError({"target": reason % {"name": target.strip()[:100]}})
    rule_save(user=user, pattern=stated.name, target=card.hf_repo or card.slug)
    return stated_move(stated=stated, card=card, how=How.PERSON, by=user.get_username())


def names_match(*, user: User) -> list[Moved]:
    """Match all names that the person may see with cards again, and move what now means another card. NotAllowed."""
    check_may_queue(user)
    rules = known_rules()
    rows = StatedModel.objects.visible_to(user).select_related("card").order_by("pk")
    moves = []
    for row in rows:
        with transaction.atomic():
            found = match(NamedModel(row.name, row.name if REPOSITORY.fullmatch(row.name) else ""), user, rules)
            card = found.card
            if card is None and row.how in (How.RULE, How.PERSON):  # the rule that led here is gone
                card = _draft(user, row, found.name, found.repo)
            if card is not None and card.pk != row.card_id:
                moves.append(stated_move(stated=row, card=card, how=found.how, by=user.get_username()))
    return moves


def _draft(user: User, row: StatedModel, name: str, repo: str) -> ModelCard:
    facts = {"name": name.rpartition("/")[2] or name, **({"hf_repo": repo} if repo else {})}
    source = f"lm-eval results, the name {row.name}"
    return card_draft(facts=facts, source=source, owner=user, by=f"results by {user.get_username()}")
