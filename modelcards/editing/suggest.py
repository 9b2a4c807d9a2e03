"""What a field could be: values that cards which the reader may see have already, and words of the vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Model, QuerySet

from modelcards.filters import RELEVANCE, ModelFilters
from modelcards.index import catalog_index
from modelcards.licences import LICENCES
from modelcards.models import Language, Modality, ModelCard, Organisation
from modelcards.querysets import Reader

MOST = 12
LOOKED_AT = 200
SEVERAL = ("organisation", "languages", "modality", "base_model", "suited_tasks")
# The tasks that card metadata names most (the Hub's pipeline tags for text, code and images).
TASKS = (
    "text-generation",
    "text-classification",
    "token-classification",
    "question-answering",
    "summarization",
    "translation",
    "fill-mask",
    "feature-extraction",
    "sentence-similarity",
    "zero-shot-classification",
    "text2text-generation",
    "code-generation",
    "image-text-to-text",
    "visual-question-answering",
    "text-ranking",
    "table-question-answering",
)
Suggestion = tuple[str, str]


def suggestions(user: Reader, field: str, typed: str) -> list[Suggestion]:
    """Values for what was typed, each with a word on it. Of a field of several values, the last is completed."""
    if field not in READERS:
        return []
    before, _last, last = typed.rpartition(";") if field in SEVERAL else ("", "", typed)
    wanted = last.strip()
    head = f"{before.strip()}; " if before.strip() else ""
    taken = {part.strip().lower() for part in before.split(";")}
    found = READERS[field](user, wanted) if "\0" not in wanted else []
    return [(f"{head}{value}", label) for value, label in found if value.lower() not in taken][:MOST]


def _organisations(user: Reader, typed: str) -> Iterator[Suggestion]:
    rows = Organisation.objects.filter(name__icontains=typed) if typed else Organisation.objects.all()
    return _used(user, rows, "organisations", "name", typed)


def _languages(user: Reader, typed: str) -> Iterator[Suggestion]:
    return _used(user, Language.objects.filter(code__istartswith=typed), "languages", "code", typed)


def _modalities(user: Reader, typed: str) -> Iterator[Suggestion]:
    return _used(user, Modality.objects.filter(key__istartswith=typed), "modalities", "key", typed)


def _used(user: Reader, rows: QuerySet[Any], cards: str, column: str, typed: str) -> Iterator[Suggestion]:
    """Of the first rows, those of a card that the reader may see; a name that begins so comes first."""
    some = rows.order_by(column)[:LOOKED_AT]
    ranked = sorted(some, key=lambda row: not getattr(row, column).lower().startswith(typed.lower()))
    for row in ranked[: 3 * MOST]:
        if _has_card(user, cards, row):
            yield getattr(row, column), ""


def _has_card(user: Reader, cards: str, row: Model) -> bool:
    """Whether the reader may see a card with this name: one probe, which ends at the first."""
    return ModelCard.objects.visible_to(user).filter(**{cards: row.pk}).exists()


def _searched(user: Reader, typed: str) -> Iterable[ModelCard]:
    """The best cards for the typed words, as the list of models finds them."""
    found = catalog_index().find(ModelFilters(search=typed, sort=RELEVANCE, page_size=MOST), user).page_ids()
    cards = ModelCard.objects.visible_to(user).in_bulk(found)
    return [cards[pk] for pk in found if pk in cards]


def _base_models(user: Reader, typed: str) -> Iterator[Suggestion]:
    """Cards whose slug begins so, by the index of slugs; then those whose name does."""
    if not typed:
        return
    cards = ModelCard.objects.visible_to(user)
    slug = typed.lower()
    seen = set[str]()
    by_slug = cards.filter(slug__gte=slug, slug__lt=f"{slug}\uffff").order_by("slug")
    for card in [*by_slug[:MOST], *_searched(user, typed)]:
        if card.slug not in seen:
            seen.add(card.slug)
            yield card.slug, card.name


def _licences(user: Reader, typed: str) -> Iterator[Suggestion]:
    """Known licences, then other identifiers that cards have: from one to the next over the index, never all rows."""
    wanted = typed.lower()
    known = [(key, str(licence.name)) for key, licence in LICENCES.items() if key.startswith(wanted)]
    yield from known
    cards, after = ModelCard.objects.visible_to(user).exclude(licence_id="").order_by("licence_id"), ""
    for _step in range(3 * MOST):
        rows = cards.filter(licence_id__gt=after) if after else cards.filter(licence_id__gte=wanted)
        following = rows.values_list("licence_id", flat=True).first()
        if following is None or not following.startswith(wanted):
            return
        if following not in LICENCES:
            yield following, ""
        after = following


def _tasks(user: Reader, typed: str) -> Iterable[Suggestion]:
    return [(task, "") for task in TASKS if typed.lower() in task]


READERS: dict[str, Callable[[Reader, str], Iterable[Suggestion]]] = {
    "organisation": _organisations,
    "languages": _languages,
    "modality": _modalities,
    "base_model": _base_models,
    "licence_id": _licences,
    "suited_tasks": _tasks,
}
