"""What an import would make of some cards: read from the catalog and compared, nothing written.

The dry run shows it and the import carries it out, so that both say the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from modelcards import registry
from modelcards.exchange.circles import Descent
from modelcards.exchange.factplan import FactPlan, plan_facts
from modelcards.exchange.matching import Catalog, Match
from modelcards.exchange.report import CHANGED, NEW, UNCHANGED, Change, Outcome, refused
from modelcards.exchange.seen import Seen
from modelcards.exchange.shapes import CheckpointLine, ReadCard
from modelcards.models import CardChange, Checkpoint, Fact, ModelCard, Withdrawal
from modelcards.querysets import Reader
from modelcards.registry import StatedScores
from modelcards.tables import RowError

# How the history names an import; a text that a person wrote later is not replaced.
IMPORTED = "import"
CHECKPOINT_COLUMNS = ("repo_id", "step", "tokens_seen", "dtype", "format", "sha256", "size")


@dataclass
class CardPlan:
    """What is to be done for one card. ``text`` None: its text stays."""

    read: ReadCard
    card: ModelCard | None
    slug: str
    outcome: Outcome
    facts: FactPlan = field(default_factory=FactPlan)
    text: str | None = None
    checkpoints: list[Checkpoint] = field(default_factory=list)
    scores: StatedScores | None = None

    @property
    def due(self) -> bool:
        """Whether the card is made or changed."""
        return self.outcome.outcome in (NEW, CHANGED)


def plan_cards(cards: Sequence[ReadCard], *, user: Reader | None, seen: Seen, lock: bool = False) -> list[CardPlan]:
    """A plan for each card, in their order; what was planned is added to ``seen``. ``user`` None: a command.

    ``lock``: the stored cards are held until the transaction ends, so that the plan still holds when it is carried out.
    """
    catalog = Catalog(cards, user)
    if lock and catalog.hold():
        catalog = Catalog(cards, user)
    matches = [catalog.match(card) for card in cards]
    seen.load({match.slug for match in matches})
    descent = Descent(seen)
    descent.load({base for card in cards for base in card.named("base_model")})
    stored = _Stored([match.card for match in matches if match.card is not None])
    plans = []
    for read, match in zip(cards, matches, strict=True):
        plan = _plan(read, match, stored, descent, seen)
        seen.add([plan.outcome])
        plans.append(plan)
    _plan_scores(plans)
    return plans


def _plan(read: ReadCard, match: Match, stored: _Stored, descent: Descent, seen: Seen) -> CardPlan:
    parents = tuple(read.named("base_model"))
    if reason := match.reason or _refusal(read, match, parents, descent, seen):
        column = "base_model" if match.slug not in seen.places and not match.reason else "slug"
        outcome = refused([RowError(read.file, read.line, column, reason)], name=read.name, slug=match.slug)
        return CardPlan(read, match.card, match.slug, outcome)
    card = match.card
    facts = plan_facts(read, stored.facts[card.pk] if card else [], stored.withdrawn[card.pk] if card else ())
    changes = list(facts.changes)
    text, notes = _plan_text(read, card, stored)
    if text is not None:
        changes.append(Change("card_text", card.card_text if card else "", text))
    checkpoints = _plan_checkpoints(read, stored.checkpoints[card.pk] if card else {}, changes)
    kind = NEW if card is None else CHANGED if changes else UNCHANGED
    outcome = Outcome(
        kind, read.file, read.line, match.slug, read.name, changes, notes=[*read.notes, *notes], parents=parents
    )
    scores = StatedScores(read.origin, read.scores)
    return CardPlan(read, card, match.slug, outcome, facts, text, checkpoints, scores)


def _refusal(read: ReadCard, match: Match, parents: Sequence[str], descent: Descent, seen: Seen) -> str:
    """Why a card cannot be taken; blank where it can."""
    if place := seen.places.get(match.slug):
        return _("the same model as %(place)s in this import; keep one of them") % {"place": place}
    if parents and descent.closes_circle(match.slug, parents):
        return _("the model would descend from itself")
    return ""


def _plan_text(read: ReadCard, card: ModelCard | None, stored: _Stored) -> tuple[str | None, list[RowError]]:
    """The text to store (None: it stays), and a note where somebody else's text is kept."""
    if read.text is None or (card is None and not read.text) or (card is not None and card.card_text == read.text):
        return None, []
    if card is None or not card.card_text or stored.text_by(card).startswith(IMPORTED):
        return (read.text, []) if read.text or card is None else (None, [])
    reason = _("the card's text was not written by an import and is kept")
    return None, [RowError(read.file, read.line, "card_text", reason)]


def _plan_checkpoints(read: ReadCard, present: dict[str, Checkpoint], changes: list[Change]) -> list[Checkpoint]:
    """Checkpoints to make or renew; one that lies on this site's own disks is left alone."""
    due = []
    for line in read.checkpoints:
        row = present.get(line.revision) or Checkpoint(revision=line.revision)
        if row.path or all(getattr(row, name) == getattr(line, name) for name in CHECKPOINT_COLUMNS):
            continue
        changes.append(Change(f"checkpoint {line.revision}", _weights(row) if row.pk else "", _weights(line)))
        for name in CHECKPOINT_COLUMNS:
            setattr(row, name, getattr(line, name))
        due.append(row)
    return due


def _weights(line: Checkpoint | CheckpointLine) -> str:
    return ", ".join(str(getattr(line, name)) for name in CHECKPOINT_COLUMNS if getattr(line, name) not in ("", None))


def _plan_scores(plans: Sequence[CardPlan]) -> None:
    """Add what would change of the scores, which another app keeps."""
    known = {plan.card.pk: plan for plan in plans if plan.card is not None and plan.scores is not None}
    for exchange in registry.score_exchanges:
        found = exchange.plan({card: plan.scores for card, plan in known.items() if plan.scores is not None})
        for card, lines in found.items():
            _add(known[card], [Change(*line) for line in lines])
    for plan in plans:
        if plan.card is None and plan.scores is not None and registry.score_exchanges:
            _add(plan, [Change(one.label, "", str(one.value)) for one in plan.scores.scores])


def _add(plan: CardPlan, changes: list[Change]) -> None:
    if changes:
        kind = CHANGED if plan.outcome.outcome == UNCHANGED else plan.outcome.outcome
        plan.outcome = replace(plan.outcome, outcome=kind, changes=[*plan.outcome.changes, *changes])


class _Stored:
    """What the catalog holds of some cards, read in a fixed number of queries."""

    def __init__(self, cards: Sequence[ModelCard]) -> None:
        ids = sorted({card.pk for card in cards})
        self.facts: dict[int, list[Fact]] = defaultdict(list)
        self.withdrawn: dict[int, set[str]] = defaultdict(set)
        self.checkpoints: dict[int, dict[str, Checkpoint]] = defaultdict(dict)
        self._writers: dict[int, str] = {}
        for fact in Fact.objects.filter(card__in=ids):
            self.facts[fact.card_id].append(fact)
        for card, name in Withdrawal.objects.filter(card__in=ids).values_list("card", "field"):
            self.withdrawn[card].add(name)
        for row in Checkpoint.objects.filter(card__in=ids):
            self.checkpoints[row.card_id][row.revision] = row

    def text_by(self, card: ModelCard) -> str:
        """Who wrote the card's present text, as the history names them; blank: not known."""
        if card.pk not in self._writers:
            changes = CardChange.objects.filter(card=card, after__has_key="card_text").order_by("-at", "-pk")
            self._writers[card.pk] = changes.values_list("by", flat=True).first() or ""
        return self._writers[card.pk]
