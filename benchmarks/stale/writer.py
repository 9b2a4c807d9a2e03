"""The writers: each carries out its script through the actions of the site, as people do."""

from __future__ import annotations

import random
import time
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from benchmarks.stale.script import anchor, change, state, word
from evaluation.models import Benchmark, Score
from modelcards.actions.card_create import card_create
from modelcards.actions.card_edit import card_edit
from modelcards.edits import CardEdit, Sharing, StatedFact
from modelcards.models import ModelCard

PAUSE = 0.4  # seconds at most between two writes: reads in between have one right answer alone
SOURCE = "a check of freshness"
BASE = "stale-fixed"


def person() -> User:
    """Who writes and reads: an administrator."""
    found: User = User.objects.get_or_create(username="stale", defaults={"is_superuser": True})[0]
    return found


def make_fixed(facts: dict[str, str]) -> ModelCard:
    """The card that never changes; the others are compared with it and made from it.

    What other measurements did to the one of an earlier run is taken back.
    """
    user, edit = person(), CardEdit({key: stated(value) for key, value in facts.items()})
    found = ModelCard.objects.filter(slug=BASE).first()
    if found is None:
        return card_create(user=user, slug=BASE, edit=edit)
    return card_edit(user=user, card=found, version=found.version, changes=edit)


def make_card(writer: int) -> ModelCard:
    """A writer's card as it is at step 0; the one of an earlier run is brought back to that, wherever it was left."""
    now, slug = state(writer, 0), f"stale-{writer}"
    card = ModelCard.objects.filter(slug=slug).first()
    card = card or card_create(user=person(), slug=slug, edit=CardEdit({"name": stated(now["name"])}))
    for name in now:
        card = write(card, writer, 0, name)
    return card


def write(card: ModelCard, writer: int, step: int, name: str) -> ModelCard:
    """Bring one property to what the script says; gives the card as stored."""
    value, user = state(writer, step)[name], person()
    if name == "scores":
        _write_score(card, value == "yes")
        return card
    if name == "text":
        edit = CardEdit(text=f"{value} {word(writer)}")
    elif name == "visibility":
        edit = CardEdit(sharing=Sharing(value, user))
    else:
        edit = CardEdit({key: stated(text) for key, text in facts(name, value, writer).items()})
    return card_edit(user=user, card=card, version=card.version, changes=edit)


def facts(name: str, value: str, writer: int) -> dict[str, str]:
    """The facts that a value of a property is written as."""
    if name == "relation":
        return {"base_model": BASE if value else "", "relation": value}
    if name == "languages":
        return {"languages": f"{anchor(writer)}; {value}" if value else anchor(writer)}
    return {name: value}


def stated(value: str) -> StatedFact:
    """A value with its source."""
    return StatedFact(value, SOURCE)


@transaction.atomic
def _write_score(card: ModelCard, there: bool) -> None:
    Score.objects.filter(card=card, source=SOURCE).delete()
    if there:
        benchmark = Benchmark.objects.order_by("pk")[0]
        how = {"num_fewshot": 0, "metric": "acc", "value": 0.5, "origin": "published"}
        Score.objects.create(card=card, benchmark=benchmark, source=SOURCE, **how)


def run(writer: int, card_pk: int, begun: Any, done: Any, stop: Any) -> None:
    """Write step after step, with pauses, until told to stop; ``begun`` and ``done`` say where the script stands."""
    card, chance, step = ModelCard.objects.get(pk=card_pk), random.Random(writer), 0
    while not stop.value:
        step += 1
        begun[writer] = step
        card = write(card, writer, step, change(step))
        done[writer] = step
        time.sleep(PAUSE * chance.random())
