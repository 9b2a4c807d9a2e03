"""The searches that everybody has: the two tables of models that surveys of 2023 print."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from modelcards.models import SavedSearch


@dataclass(frozen=True)
class Shipped:
    """A search that ships; its name is translated where it is shown."""

    name: str
    query: str


_SHARED = "release_date,organisation,language,modality,parameters,training_tokens"
_UNTIL = "released_before=2023&sort=release_date"
SHIPPED = (
    Shipped(
        gettext_noop("Base models, as surveys of 2023 list them"),
        f"stage=base&{_UNTIL}&columns=name,{_SHARED},architecture_family,open_weights&page_size=100",
    ),
    Shipped(
        gettext_noop("Instruction-tuned models, as surveys of 2023 list them"),
        f"stage=instruction-tuned&stage=rlhf&{_UNTIL}&columns=name,{_SHARED},base_model,open_weights&page_size=100",
    ),
)


@transaction.atomic
def searches_ship() -> None:
    """Store the shipped searches as this version has them, and no others; doing it again changes nothing."""
    shipped = SavedSearch.objects.filter(owner=None)
    shipped.exclude(name__in=[search.name for search in SHIPPED]).delete()
    for order, search in enumerate(SHIPPED):
        wanted = {"query": search.query, "order": order}
        SavedSearch.objects.update_or_create(owner=None, name=search.name, defaults=wanted)
