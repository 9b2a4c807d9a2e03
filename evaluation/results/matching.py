"""Which card a results file means by its name for the model: rules first, then repositories, then addresses."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models.functions import Lower

from evaluation.models import NameRule, StatedModel
from evaluation.results.modelname import REPOSITORY
from evaluation.results.rules import SHIPPED, STAR, Rule, meant
from evaluation.results.shapes import NamedModel
from modelcards.addresses import card_ids
from modelcards.exchange.identity import slug_of
from modelcards.models import ModelCard
from modelcards.querysets import Reader

How = StatedModel.How


@dataclass(frozen=True)
class Match:
    """The card (None: there is none yet), what led to it, and the name that is meant; ``repo`` where it is one."""

    card: ModelCard | None
    how: str
    name: str
    repo: str


def match(model: NamedModel, user: Reader, rules: list[Rule] | None = None) -> Match:
    """The card among those that ``user`` may read. A card that is hidden from them is as one that is not there."""
    rules = known_rules() if rules is None else rules
    target = meant(model.name, rules)
    name = target if target is not None else model.name
    repo = name if REPOSITORY.fullmatch(name) and (target is not None or model.repo) else ""
    cards = ModelCard.objects.visible_to(user)
    found = _by_repository(cards, repo) if repo else None
    how = How.REPOSITORY
    if found is None:
        found, how = _by_address(cards, name, repo), How.ADDRESS
    if found is None:
        found, how = _drafted(user, name), How.DRAFT
    if target is not None and found is not None:
        exact = any(rule.pattern.lower() == model.name.lower() and STAR not in rule.pattern for rule in rules)
        how = How.PERSON if exact else How.RULE
    return Match(found, how if found is not None else How.DRAFT, name, repo)


def known_rules() -> list[Rule]:
    """The rules of this site, and those that come with the hub where no other has the same pattern."""
    rules: list[Rule] = list(NameRule.objects.all())
    patterns = {rule.pattern.lower() for rule in rules}
    rules += [rule for rule in SHIPPED if rule.pattern.lower() not in patterns]
    return rules


def _by_repository(cards: object, repo: str) -> ModelCard | None:
    found = ModelCard.objects.annotate(repository=Lower("hf_repo")).filter(repository=repo.lower())
    return found.filter(pk__in=cards).order_by("slug").first()  # type: ignore[misc]  # a query set


def _by_address(cards: object, name: str, repo: str) -> ModelCard | None:
    ids = card_ids({slug_of(repo or name)})
    return ModelCard.objects.filter(pk__in=list(ids.values())).filter(pk__in=cards).first()  # type: ignore[misc]


def _drafted(user: Reader, name: str) -> ModelCard | None:
    """The card that an earlier import made for this name."""
    stated = StatedModel.objects.visible_to(user).filter(name__iexact=name, how=How.DRAFT)
    row = stated.select_related("card").order_by("pk").first()
    return row.card if row else None


def rule_shown(rule: NameRule, user: Reader) -> bool:
    """Whether ``user`` may know of a rule: not of one that names a card which they may not read."""
    return rule.who_id == user.pk or STAR in rule.target or meaning(rule.target, user) is not None


def meaning(name: str, user: Reader) -> ModelCard | None:
    """The card that a person means by an address or a repository, among those that they may read."""
    cards = ModelCard.objects.visible_to(user)
    if not name or len(name) > 200:
        return None
    return _by_repository(cards, name) or _by_address(cards, name, "")
