"""The rows of a field of models, in an empty site: cards, makers, lineage and published scores."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.text import slugify

from benchmarks.tree.field import Made, field
from evaluation.models import Benchmark, Score
from modelcards.models import Fact, Language, Lineage, ModelCard, Organisation

EXAMS = {"mmlu": (5, 0.25), "hellaswag": (10, 0.25), "arc-challenge": (25, 0.25), "gsm8k": (8, 0.0)}
"""Benchmarks with their usual shots and the score of a blind guess."""
SOURCE = "a report that nobody wrote"
BATCH = 2_000


def fill(say: Callable[[str], None], cards: int, series: int, seed: int = 1) -> None:
    """So many cards in so many series, as ``field`` makes them."""
    made = field(cards, seed, series)
    with transaction.atomic():
        ids = _cards(made)
        _makers(made, ids)
        pairs = [(ids[one.slug], ids[one.parent], one.relation) for one in made if one.parent]
        links = [Lineage(child_id=child, parent_id=parent, relation=relation) for child, parent, relation in pairs]
        Lineage.objects.bulk_create(links, batch_size=BATCH)
        _scores(made, ids, random.Random(seed))
    say(f"  {len(made):,} cards")


def _cards(made: Sequence[Made]) -> dict[str, int]:
    """The cards; their ids by slug."""
    cards = [
        ModelCard(
            slug=one.slug,
            name=one.name,
            architecture_family=one.family,
            objective="masked-lm" if one.family == "encoder-only" else "causal-lm",
            stage=one.stage,
            parameters=one.parameters,
            training_tokens=one.tokens,
            release_date=one.day,
            open_weights=one.open_weights,
        )
        for one in made
    ]
    ModelCard.objects.bulk_create(cards, batch_size=BATCH)
    english = Language.objects.get_or_create(code="en")[0]
    link = ModelCard.languages.through
    link.objects.bulk_create([link(modelcard=card, language=english) for card in cards], batch_size=BATCH)
    return dict(ModelCard.objects.values_list("slug", "pk"))


def _makers(made: Sequence[Made], ids: dict[str, int]) -> None:
    """Organisations, and the fact that names each card's."""
    names = sorted({one.house for one in made})
    Organisation.objects.bulk_create([Organisation(slug=slugify(name), name=name) for name in names])
    houses = dict(Organisation.objects.values_list("name", "pk"))
    link = ModelCard.organisations.through
    links = [link(modelcard_id=ids[one.slug], organisation_id=houses[one.house]) for one in made]
    link.objects.bulk_create(links, batch_size=BATCH)
    about = {"field": "organisation", "source": SOURCE, "confidence": "unchecked", "chosen": True}
    facts = [Fact(card_id=ids[one.slug], value=one.house, **about) for one in made]
    Fact.objects.bulk_create(facts, batch_size=BATCH)


def _scores(made: Sequence[Made], ids: dict[str, int], chance: random.Random) -> None:
    """Published accuracies of half the models, better with parameters and years."""
    found = []
    for slug, (shots, least) in EXAMS.items():
        names = {"name": slug.upper(), "task_name": slug.replace("-", "_"), "primary_metric": "acc", "chance": least}
        exam = Benchmark.objects.create(slug=slug, **names)
        about = {"num_fewshot": shots, "metric": "acc", "origin": "published", "source": SOURCE}
        for one in chance.sample(made, len(made) // 2):
            skill = (one.day.year - 2017) / 14 + (len(str(one.parameters)) - 8) / 12
            value = min(0.97, least + (1 - least) * skill * chance.uniform(0.5, 1))
            found.append(
                Score(card_id=ids[one.slug], benchmark=exam, task_name=exam.task_name, value=max(0.0, value), **about)
            )
    Score.objects.bulk_create(found, batch_size=BATCH)
