"""The page of the list that is shown, and those around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modelcards.browse.listing import Found, find
from modelcards.filters import PAGE_SIZES, ModelFilters
from modelcards.querysets import Reader


@dataclass(frozen=True)
class PageOf:
    """Rows ``first`` to ``last`` of ``count``; the numbers of the pages around it (None: there is none)."""

    number: int
    last_number: int
    count: int
    first: int
    last: int
    previous: int | None
    next: int | None

    @property
    def count_text(self) -> str:
        """The number of matches as it is read."""
        return f"{self.count:,}"

    @property
    def first_text(self) -> str:
        """The number of the first row as it is read."""
        return f"{self.first:,}"

    @property
    def last_text(self) -> str:
        """The number of the last row as it is read."""
        return f"{self.last:,}"


def find_page(filters: ModelFilters, user: Reader) -> tuple[ModelFilters, Found, PageOf]:
    """The answer with its page; a page after the last one is the last one."""
    found = find(filters, user)
    last = max(1, -(-found.count // filters.page_size))
    if filters.page > last:
        filters = replace(filters, page=last)
        found = find(filters, user)
    number, size = filters.page, filters.page_size
    first = (number - 1) * size + 1 if found.count else 0
    around = (number - 1 if number > 1 else None, number + 1 if number < last else None)
    return filters, found, PageOf(number, last, found.count, first, min(number * size, found.count), *around)


def sentences(page: PageOf, total: int) -> dict[str, SafeString]:
    """What the page says of its numbers; their own digits are all that is put in."""
    number, found = page.count, {"found": page.count_text}
    counted = {**found, "all": f"{total:,}"}
    place = {"first": page.first_text, "last": page.last_text, "count": page.count_text}
    told = {
        "counted": ngettext("<b>%(found)s</b> of %(all)s model", "<b>%(found)s</b> of %(all)s models", total) % counted,
        "place": _("%(first)s to %(last)s of %(count)s") % place,
        "show": ngettext("Show %(found)s model", "Show %(found)s models", number) % found,
        "download": ngettext("This model as a file", "These %(found)s models as a file", number) % found,
    }
    return {name: SafeString(words) for name, words in told.items()}


@lru_cache(maxsize=64)
def page_sizes(present: int) -> SafeString:
    """The page sizes on offer, with the present one, as options."""
    offered = sorted({*PAGE_SIZES, present})
    return SafeString("".join(f"<option{' selected' if size == present else ''}>{size}</option>" for size in offered))
