"""What a field could be: values that cards which the reader may see have already, and words of the vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from modelcards.facets import UNKNOWN
from modelcards.filters import RELEVANCE, ModelFilters
from modelcards.index import catalog_index
from modelcards.licences import LICENCES
from modelcards.models import ModelCard, Organisation
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
    """Of the first names, those of a card that the reader may see; a name that begins so comes first."""
    some = Organisation.objects.filter(name__icontains=typed).order_by("name")[:LOOKED_AT]
    ranked = sorted(some, key=lambda row: not row.name.lower().startswith(typed.lower()))
    for organisation in ranked[: 3 * MOST]:
        links = ModelCard.organisations.through.objects.filter(organisation=organisation)
        if _readable(user, links.values_list("modelcard", flat=True)[:LOOKED_AT]):
            yield organisation.name, ""


def _languages(user: Reader, typed: str) -> Iterable[Suggestion]:
    return _of_facet(user, "language", typed)


def _modalities(user: Reader, typed: str) -> Iterable[Suggestion]:
    return _of_facet(user, "modality", typed)


def _licences(user: Reader, typed: str) -> Iterator[Suggestion]:
    """Known licences, then other identifiers that cards have."""
    yield from ((key, str(licence.name)) for key, licence in LICENCES.items() if key.startswith(typed.lower()))
    yield from ((key, "") for key, _label in _of_facet(user, "licence", typed) if key not in LICENCES)


def _of_facet(user: Reader, facet: str, typed: str) -> Iterable[Suggestion]:
    """The values of a facet of the cards that the reader may see, from the index; the most used first."""
    options = catalog_index().find(ModelFilters(), user).options()[facet]
    ranked = sorted(options, key=lambda option: -option.count)
    return [(one.value, "") for one in ranked if one.value.lower().startswith(typed.lower()) and one.value != UNKNOWN]


def _base_models(user: Reader, typed: str) -> Iterator[Suggestion]:
    """Cards whose slug begins so, by the index of slugs; then those that the list of models finds."""
    if not typed:
        return
    slug = typed.lower()
    by_slug = ModelCard.objects.filter(slug__gte=slug, slug__lt=f"{slug}\uffff").order_by("slug")
    first = _readable(user, by_slug.values_list("pk", flat=True)[:LOOKED_AT])
    found = catalog_index().find(ModelFilters(search=typed, sort=RELEVANCE, page_size=MOST), user).page_ids()
    searched = {card.pk: card for card in _readable(user, found)}
    ranked = [*sorted(first, key=lambda card: card.slug)[:MOST], *(searched[pk] for pk in found if pk in searched)]
    yield from {card.slug: card.name for card in ranked}.items()


def _readable(user: Reader, cards: Iterable[int]) -> list[ModelCard]:
    """Those of the cards that the reader may see. Asked by id: by who may read, a database might look at all cards."""
    return list(ModelCard.objects.visible_to(user).filter(pk__in=list(cards)).only("pk", "slug", "name"))


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
