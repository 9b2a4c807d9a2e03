"""What the rows of a generated catalog point at: organisations, languages, modalities, benchmarks, readers."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.text import slugify

from benchmarks.catalog import vocabulary as v
from benchmarks.catalog.plan import MODALITIES, PEOPLE, organisations
from benchmarks.catalog.rows import Names
from evaluation.models import Benchmark
from modelcards.models import Language, Modality, ModelCard, Organisation


class NotEmptyError(RuntimeError):
    """The catalog holds cards already: a generated one takes a database of its own."""


def require_empty() -> None:
    """Raise NotEmptyError where a card stands."""
    if ModelCard.objects.exists():
        raise NotEmptyError("the database holds cards already; name an empty one by DATABASE_URL")


def ids(cards: int, seed: int) -> dict[str, dict[str, int]]:
    """Make the names and give the id of each, by kind and name."""
    names = Names(cards, seed)
    makers = [names.organisation(rank) for rank in range(organisations(cards))]
    Organisation.objects.bulk_create(
        [Organisation(slug=slugify(name, allow_unicode=True), name=name) for name in makers],
        batch_size=5000,
        ignore_conflicts=True,
    )
    codes = sorted({code for key in v.languages() for code in key.split(";") if code})
    Language.objects.bulk_create([Language(code=code) for code in codes], ignore_conflicts=True)
    keys = sorted({key for some in MODALITIES for key in some.split(";") if key})
    Modality.objects.bulk_create([Modality(key=key) for key in keys], ignore_conflicts=True)
    Benchmark.objects.bulk_create(
        [Benchmark(slug=slug, name=name, primary_metric=how, chance=least) for slug, name, how, least in v.BENCHMARKS],
        ignore_conflicts=True,
    )
    # Nobody can sign in as one of these: their password is unusable.
    people = [User(username=f"reader-{number}", password="!") for number in range(PEOPLE)]
    User.objects.bulk_create(people, ignore_conflicts=True)
    return {
        "organisation": dict(Organisation.objects.values_list("name", "pk")),
        "language": dict(Language.objects.values_list("code", "pk")),
        "modality": dict(Modality.objects.values_list("key", "pk")),
        "benchmark": dict(Benchmark.objects.values_list("slug", "pk")),
        "person": dict(User.objects.values_list("username", "pk")),
    }
