"""Random catalogs, wishes and edits, and the same answers worked out by the database alone."""

from __future__ import annotations

import datetime
import itertools
from collections import Counter
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from hypothesis import strategies as st

from evaluation.models import Benchmark
from modelcards.filters import ModelFilters
from modelcards.histograms import histogram
from modelcards.index import keys
from modelcards.models import Language, Lineage, Modality, ModelCard, Organisation
from tests.factories import make_benchmark, make_card, make_published

_serial = itertools.count(1)
SIZES = st.sampled_from([None, 1, 999, 10**6, 7 * 10**9, 7 * 10**9 + 1, 10**12, 2**63 - 1])
DATES = st.sampled_from([None, *(datetime.date(year, month, 1) for year in (1, 2019, 2023, 9999) for month in (1, 12))])
NAMES = st.text(st.sampled_from("abAB éÉ智z-"), min_size=1, max_size=4)
COLUMNS = {
    "name": NAMES,
    "architecture_family": st.sampled_from(["", "decoder-only", "encoder-only", "recurrent"]),
    "objective": st.sampled_from(["", "causal-lm", "masked-lm"]),
    "attention": st.sampled_from(["", "causal"]),
    "stage": st.sampled_from(["", "base", "rlhf"]),
    "licence": st.sampled_from(["", "MIT", "mit", "Ältere"]),
    "licence_id": st.sampled_from(["", "mit", "other", "own-licence"]),
    "open_weights": st.sampled_from([None, True, False]),
    "parameters": SIZES,
    "active_parameters": SIZES,
    "training_tokens": SIZES,
    "layers": st.sampled_from([None, 0, 12]),
    "release_date": DATES,
    "visibility": st.sampled_from(["public", "public", "internal", "restricted"]),
    "archived_at": st.sampled_from([None, None, None, timezone.now()]),
}
PEOPLE = ("owner", "teammate")
MAKERS = ("Oak", "oak b", "Élan", "智谱")
RELATIONS = ("", "finetune", "rlhf")
CARDS = st.fixed_dictionaries(
    {
        **COLUMNS,
        "owner": st.sampled_from([None, *PEOPLE]),
        "readers": st.sets(st.sampled_from(PEOPLE)),
        "makers": st.sets(st.sampled_from(MAKERS)),
        "languages": st.sets(st.sampled_from(["en", "zh", "multilingual"])),
        "modalities": st.sets(st.sampled_from(["text", "code"])),
        "parents": st.dictionaries(st.integers(0, 3), st.sampled_from(RELATIONS), max_size=2),
        "scores": st.sets(st.sampled_from(["published"])),
    }
)
VALUES = {
    "architecture_family": ["decoder-only", "encoder-only", "unknown"],
    "open_weights": ["yes", "no", "unknown"],
    "objective": ["causal-lm", "unknown"],
    "stage": ["base", "rlhf", "unknown"],
    "organisation": ["oak", "oak-b", "nobody", "unknown"],
    "attention": ["causal", "unknown"],
    "language": ["en", "zh", "xx", "unknown"],
    "modality": ["text", "unknown"],
    "licence": ["mit", "own-licence", "unknown"],
    "relation": ["finetune", "none", "unknown"],
    "tokens_per_parameter": ["under-1", "1-10", "20-100", "over-1000", "unknown"],
    "has_scores": ["yes", "no", "published", "measured"],
}
ENDS = {
    "parameters_min": ["1", "7B", "1T"],
    "parameters_max": ["999", "7B"],
    "tokens_min": ["1M"],
    "tokens_max": ["7B", "9223372036854775807"],
    "released_after": ["2019-12", "2023"],
    "released_before": ["2019", "9999"],
}
SORTS = [way + key for key in keys.TEXT + keys.WHOLE + keys.FRACTIONS + ("scores",) for way in ("", "-")]


@st.composite
def queries(draw):
    """The query string of a wish: up to four filters, an order, a page."""
    pairs = [("sort", draw(st.sampled_from(SORTS))), ("page", "2" if draw(st.booleans()) else "1"), ("page_size", "3")]
    for name in draw(st.sets(st.sampled_from([*VALUES, *ENDS, "search"]), max_size=4)):
        if name in VALUES:
            pairs += [(name, value) for value in draw(st.sets(st.sampled_from(VALUES[name]), min_size=1, max_size=2))]
        elif name in ENDS:
            pairs.append((name, draw(st.sampled_from(ENDS[name]))))
        else:
            pairs.append((name, draw(st.sampled_from(["a", "b oak", "智"]))))
    return urlencode(pairs)


def store(plan, people, card=None):
    """A card as planned; with ``card``, that one changed into it."""
    columns = {key: plan[key] for key in COLUMNS} | {"owner": people.get(plan["owner"])}
    if card is None:
        card = make_card(**columns, slug=f"card-{next(_serial)}")
    for key, value in columns.items():
        setattr(card, key, value)
    card.save()
    card.readers.set([people[name] for name in plan["readers"]])
    card.organisations.set(Organisation.objects.filter(name__in=plan["makers"]))
    card.languages.set(Language.objects.filter(code__in=plan["languages"]))
    card.modalities.set(Modality.objects.filter(key__in=plan["modalities"]))
    others = ModelCard.objects.exclude(pk=card.pk).order_by("pk")
    card.parent_links.all().delete()
    for place, relation in plan["parents"].items():
        if place < len(others):
            Lineage.objects.create(child=card, parent=others[place], relation=relation)
    card.scores.all().delete()
    for name in plan["scores"]:
        make_published(card, Benchmark.objects.filter(slug=name).first() or make_benchmark(name))
    return card


def told(found):
    """What an answer of the index says, in plain values."""
    options = {key: [(o.value, o.count, o.chosen) for o in listed] for key, listed in found.options().items()}
    return {
        "count": found.count,
        "total": found.total,
        "page": found.page_ids(),
        "ids": list(found.ids()),
        "options": {key: sorted(listed) for key, listed in options.items()},
        "makers": _makers(found.options()["organisation"]),
        "histograms": found.histograms(),
        "walk": walk(found),
    }


def _makers(options):
    """The names of the organisations that have cards."""
    return {option.value: str(option.name) for option in options if option.count}


def walk(found):
    """All ids by cursor, three at a time."""
    ids, cursor = found.after(-1, 3)
    while cursor is not None:
        more, cursor = found.after(cursor, 3)
        ids += more
    return ids


def told_by_database(query, user):
    """The same by questions to the database."""
    filters, visible = ModelFilters.parse(QueryDict(query)), ModelCard.objects.visible_to(user)
    matching = filters.apply(visible)
    ids = list(filters.ordered(matching).values_list("pk", flat=True))
    start = (filters.page - 1) * filters.page_size
    options = filters.options(visible)
    return {
        "count": len(ids),
        "total": visible.count(),
        "page": ids[start : start + filters.page_size],
        "ids": ids,
        "options": {key: sorted((o.value, o.count, o.chosen) for o in listed) for key, listed in options.items()},
        "makers": _makers(options["organisation"]),
        "histograms": {key: _histogram(filters, visible, span) for key, span in keys.SPANS.items()},
        "walk": sorted(ids),
    }


def _histogram(filters, visible, span):
    low, high = (_amount(getattr(filters, end)) for end in (span.low, span.high))
    counts = Counter(map(span.scale.bin, _amounts(filters.apply(visible, without=span.key), span)))
    bins = [span.scale.bin(amount) for amount in _amounts(visible, span)]
    edges = (min(bins), max(bins)) if bins else None
    return histogram(counts, span=edges, scale=span.scale, low=low, high=high)


def _amounts(cards, span):
    return [_amount(value) for value in cards.values_list(span.sort, flat=True) if value is not None]


def _amount(value):
    return value.toordinal() if isinstance(value, datetime.date) else value
