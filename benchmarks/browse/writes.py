"""What an edit costs, and what bringing the index into a process costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psutil
from django.contrib.auth.models import User
from django.http import QueryDict

from benchmarks.browse.pages import clock, random_slugs
from benchmarks.times import line, medians
from modelcards.actions.card_edit import card_edit
from modelcards.edits import CardEdit, StatedFact
from modelcards.filters import ModelFilters
from modelcards.index import catalog_index
from modelcards.models import ModelCard

EDITS = 200
SOURCE = "a measurement"


def writes(say: Callable[[str], None], number: int = EDITS) -> dict[str, Any]:
    """Edits of random cards by a person, one after another; and the next look at the list, which catches up with it."""
    person = User.objects.get_or_create(username="bench", defaults={"is_superuser": True})[0]
    look(person)
    edits, catches, plain = [], [], []
    for place, slug in enumerate(random_slugs(number)):
        card = ModelCard.objects.get(slug=slug)
        started = clock()
        card_edit(user=person, card=card, version=card.version, changes=an_edit(place, card))
        edits.append(clock() - started)
        catches.append(look(person))
        plain.append(look(person))
    found = {"edit": medians(edits), "catching up": medians(catches), "nothing to catch up": medians(plain)}
    both = medians([edit + catch - usual for edit, catch, usual in zip(edits, catches, plain, strict=True)])
    for name, times in (*found.items(), ("edit and catching up", both)):
        say(f"  {name:<22} {line(times)}")
    return {**found, "both": both}


def an_edit(place: int, card: ModelCard) -> CardEdit:
    """One to three facts, now and then the text; always something else than the card says, in a second run too."""
    licence, stage = ("apache-2.0", "finetuned") if card.licence_id == "mit" else ("mit", "rlhf")
    kinds = (
        {"parameters": _other(card.parameters)},
        {"stage": StatedFact(stage, SOURCE), "licence_id": StatedFact(licence, SOURCE)},
        {
            "languages": StatedFact(("en; sw", "sw; fr")[card.version % 2], SOURCE),
            "training_tokens": _other(card.training_tokens),
            "name": StatedFact(f"New {place} of {card.version}", SOURCE),
        },
    )
    text = f"Words of a new text of {card.version}. " * 100
    return CardEdit(kinds[place % 3], text=text if place % 4 == 3 else None)


def _other(size: int | None) -> StatedFact:
    return StatedFact(f"{(size or 0) // 10**9 % 90 + 1}B", SOURCE)


def look(person: User) -> float:
    """Seconds of one small question to the index."""
    started = clock()
    catalog_index().find(ModelFilters.parse(QueryDict("language=sw")), person).page_ids()
    return clock() - started


def build(say: Callable[[str], None]) -> dict[str, Any]:
    """The index brought into this process, which has none yet; what the process holds afterwards."""
    process = psutil.Process()
    before, started = process.memory_full_info(), clock()
    user = User.objects.filter(is_superuser=True).first() or User(is_superuser=True)
    found = catalog_index().find(ModelFilters.parse(QueryDict("")), user)
    found.page_ids(), found.options(), found.histograms()
    seconds = clock() - started
    after = process.memory_full_info()
    grown = (after.uss - before.uss) / 2**20
    say(f"  {found.total:,} cards: index there after {seconds:.1f} s; the process grew by {grown:.0f} MB")
    return {"seconds": seconds, "megabytes": grown}
