"""Licences by identifier: how they are named, and whether they restrict what the weights may be used for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class Licence:
    """A licence: its identifier and name; ``restriction`` says what is not free about it (blank: free to use)."""

    key: str
    name: _StrOrPromise
    restriction: _StrOrPromise = ""


_NON_COMMERCIAL = _("not for commercial use")
_RESEARCH = _("for research only")
_USES = _("some uses are forbidden")
_TERMS = _("its own terms limit who may use it and for what")

LICENCES = {
    licence.key: licence
    for licence in [
        Licence("apache-2.0", "Apache-2.0"),
        Licence("mit", "MIT"),
        Licence("mit-modified", "Modified MIT"),
        Licence("bsd-3-clause", "BSD-3-Clause"),
        Licence("pddl", "PDDL-1.0"),
        Licence("cc-by-4.0", "CC-BY-4.0"),
        Licence("cc-by-sa-4.0", "CC-BY-SA-4.0"),
        Licence("cc0-1.0", "CC0-1.0"),
        Licence("gpl-3.0", "GPL-3.0"),
        Licence("cc-by-nc-4.0", "CC-BY-NC-4.0", _NON_COMMERCIAL),
        Licence("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0", _NON_COMMERCIAL),
        Licence("cc-by-nc-nd-4.0", "CC-BY-NC-ND-4.0", _NON_COMMERCIAL),
        Licence("opt-175b", "OPT-175B licence", _RESEARCH),
        Licence("llama", "LLaMA licence", _NON_COMMERCIAL),
        Licence("llama2", "Llama 2 community licence", _TERMS),
        Licence("llama3", "Llama 3 community licence", _TERMS),
        Licence("gemma", "Gemma terms of use", _TERMS),
        Licence("bigscience-bloom-rail-1.0", "BigScience RAIL 1.0", _USES),
        Licence("bigscience-openrail-m", "BigScience OpenRAIL-M", _USES),
        Licence("bigcode-openrail-m", "BigCode OpenRAIL-M", _USES),
        Licence("openrail", "OpenRAIL", _USES),
        Licence("other", _("Other"), _("terms of its own")),
    ]
}


def licence_names() -> dict[str, _StrOrPromise]:
    """Identifier to name."""
    return {key: licence.name for key, licence in LICENCES.items()}


def restriction(identifier: str, text: str = "") -> _StrOrPromise:
    """What a licence restricts, by its identifier or by what its text says; blank where it is free, or not known."""
    if re.search(r"non-?commercial", text, re.IGNORECASE):
        return _NON_COMMERCIAL
    if re.search(r"research[ -]only", text, re.IGNORECASE):
        return _RESEARCH
    return LICENCES[identifier].restriction if identifier in LICENCES else ""
