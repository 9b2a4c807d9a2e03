"""Carry an import on for about a second: check cards, or bring them in; the page that shows it asks again and again."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from itertools import chain, islice

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from modelcards.actions.cards_import import require_import
from modelcards.actions.uploads import State, upload_pass_over, upload_start, upload_step
from modelcards.exchange.item import Item
from modelcards.exchange.items import Source, file_items
from modelcards.exchange.passes import Read, read_items, take
from modelcards.exchange.report import REFUSED, Outcome
from modelcards.exchange.seen import Seen
from modelcards.models import CardImport, CardImportLine

SMALL = 25


def import_start(*, user: User, row: CardImport) -> bool:
    """Begin to bring in what was checked; whether it was this call that began it. Raises NotAllowed."""
    require_import(user)
    return upload_start(user=user, row=row)


def import_step(*, user: User, row: CardImport, seconds: float = 1.0) -> CardImport:
    """Do about ``seconds`` of work, unless another step is at it; the import as it then is. Raises NotAllowed."""
    require_import(user)
    return upload_step(user=user, row=row, seconds=seconds, work=lambda row, until: _work(row, user, until))


def _work(row: CardImport, user: User, until: float) -> None:
    most = settings.HUB_IMPORT_CARDS
    if row.total is None:
        row.total = sum(1 for _item in islice(_items(row), most + 1))
        if row.total > most:
            row.total, row.reason = most, _("Only the first %(most)d cards are taken.") % {"most": most}
        row.save(update_fields=["total", "reason"])
    cards = read_items(islice(_items(row), row.position, row.total))
    seen = StoredSeen(row)
    while some := list(islice(cards, SMALL)):
        _take(row, user, some, seen)
        if time.monotonic() > until:
            break
    else:
        upload_pass_over(row)


def _items(row: CardImport) -> Iterator[Item]:
    """The cards of all files, always in the same order."""
    return chain.from_iterable(file_items(_source(file["name"], file["stored"])) for file in row.files)


def _source(name: str, stored: str) -> Source:
    return Source(name, lambda: default_storage.open(stored))  # type: ignore[arg-type, return-value]  # a binary file


@transaction.atomic
def _take(row: CardImport, user: User, read: list[Read], seen: Seen) -> None:
    """Check or bring in some cards, with their lines in the report, or none of it."""
    importing = row.state == State.IMPORTING
    outcomes = take(read, user=user, seen=seen, dry=not importing)
    first = row.position + 1
    CardImportLine.objects.filter(of=row, number__gte=first, number__lt=first + len(outcomes)).delete()
    CardImportLine.objects.bulk_create(
        [_line(row, first + place, one, importing) for place, one in enumerate(outcomes)], batch_size=100
    )
    row.position += len(outcomes)
    row.save(update_fields=["position"])


def _line(row: CardImport, number: int, one: Outcome, stored: bool) -> CardImportLine:
    return CardImportLine(
        of=row,
        number=number,
        outcome=one.outcome,
        stored=stored,
        slug=one.slug[:120],
        name=one.name[:200],
        file=one.file[:500],
        line=one.line,
        parents=list(one.parents),
        details=one.details(),
    )


class StoredSeen(Seen):
    """What earlier steps of an import have met, from the lines of its report."""

    def __init__(self, row: CardImport) -> None:
        super().__init__()
        self.lines = CardImportLine.objects.filter(of=row, number__lte=row.position).exclude(outcome=REFUSED)
        self.loaded: set[str] = set()

    def load(self, slugs: Collection[str]) -> None:
        fresh = sorted(set(slugs) - self.loaded)
        self.loaded.update(fresh)
        for start in range(0, len(fresh), 500):
            rows = self.lines.filter(slug__in=fresh[start : start + 500])
            for slug, file, line, parents in rows.values_list("slug", "file", "line", "parents"):
                self.note(slug, f"{file}:{line}", parents)
