"""How sure a fact is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# Wire key to the word and what it means.
CONFIDENCES: dict[str, tuple[_StrOrPromise, _StrOrPromise]] = {
    "checked": (_("checked"), _("compared with a copy of the source")),
    "unchecked": (_("unchecked"), _("taken from the source as it stands, not yet compared")),
    "inferred": (_("inferred"), _("no source says so: worked out from tags or settings")),
}
