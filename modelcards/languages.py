"""The names of languages by their codes, as Django and its translators write them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# What cards write and Django does not: it knows Chinese by its scripts only.
_MORE = {"zh": _("Chinese"), "multilingual": _("Multilingual"), "code": _("Programming languages")}


@cache
def language_names() -> dict[str, _StrOrPromise]:
    """Code to name; a code that is not here is its own name. The names are translated when they are written."""
    return {**{code: _(str(info["name"])) for code, info in LANG_INFO.items() if "name" in info}, **_MORE}
