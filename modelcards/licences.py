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
    """A licence: its identifier and name; ``restriction`` says what is not free about it (blank: free to use).

    ``text`` is the address of its words, where they are public.
    """

    key: str
    name: _StrOrPromise
    restriction: _StrOrPromise = ""
    text: str = ""


_NON_COMMERCIAL = _("not for commercial use")
_RESEARCH = _("for research only")
_USES = _("some uses are forbidden")
_TERMS = _("its own terms limit who may use it and for what")

LICENCES = {
    licence.key: licence
    for licence in [
        Licence("apache-2.0", "Apache-2.0", text="https://www.apache.org/licenses/LICENSE-2.0"),
        Licence("mit", "MIT", text="https://opensource.org/license/mit"),
        Licence("mit-modified", "Modified MIT"),
        Licence("bsd-3-clause", "BSD-3-Clause", text="https://opensource.org/license/bsd-3-clause"),
        Licence("pddl", "PDDL-1.0", text="https://opendatacommons.org/licenses/pddl/1-0/"),
        Licence("cc-by-4.0", "CC-BY-4.0", text="https://creativecommons.org/licenses/by/4.0/"),
        Licence("cc-by-sa-4.0", "CC-BY-SA-4.0", text="https://creativecommons.org/licenses/by-sa/4.0/"),
        Licence("cc0-1.0", "CC0-1.0", text="https://creativecommons.org/publicdomain/zero/1.0/"),
        Licence("gpl-3.0", "GPL-3.0", text="https://www.gnu.org/licenses/gpl-3.0.html"),
        Licence(
            "cc-by-nc-4.0", "CC-BY-NC-4.0", _NON_COMMERCIAL, text="https://creativecommons.org/licenses/by-nc/4.0/"
        ),
        Licence(
            "cc-by-nc-sa-4.0",
            "CC-BY-NC-SA-4.0",
            _NON_COMMERCIAL,
            text="https://creativecommons.org/licenses/by-nc-sa/4.0/",
        ),
        Licence(
            "cc-by-nc-nd-4.0",
            "CC-BY-NC-ND-4.0",
            _NON_COMMERCIAL,
            text="https://creativecommons.org/licenses/by-nc-nd/4.0/",
        ),
        Licence("opt-175b", "OPT-175B licence", _RESEARCH),
        Licence("llama", "LLaMA licence", _NON_COMMERCIAL),
        Licence("llama2", "Llama 2 community licence", _TERMS, text="https://ai.meta.com/llama/license/"),
        Licence("llama3", "Llama 3 community licence", _TERMS, text="https://www.llama.com/llama3/license/"),
        Licence("gemma", "Gemma terms of use", _TERMS, text="https://ai.google.dev/gemma/terms"),
        Licence(
            "bigscience-bloom-rail-1.0",
            "BigScience RAIL 1.0",
            _USES,
            text="https://huggingface.co/spaces/bigscience/license",
        ),
        Licence("bigscience-openrail-m", "BigScience OpenRAIL-M", _USES),
        Licence(
            "bigcode-openrail-m",
            "BigCode OpenRAIL-M",
            _USES,
            text="https://huggingface.co/spaces/bigcode/bigcode-model-license-agreement",
        ),
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
    if identifier in LICENCES:
        return LICENCES[identifier].restriction
    # Identifiers from elsewhere say it themselves: cc-by-nc-3.0, llama3.1, openrail++, faipl-1.0-research.
    if re.search(r"(^|-)nc(-|$)", identifier):
        return _NON_COMMERCIAL
    if re.search(r"(^|-)research(-|$)", identifier):
        return _RESEARCH
    if "openrail" in identifier or "-rail" in identifier:
        return _USES
    return _TERMS if re.fullmatch(r"llama\d[\d.]*|gemma\d*", identifier) else ""


def licence_text(identifier: str, repository: str = "") -> str:
    """The address of a licence's words; of the repository where only that is known; blank where nothing is."""
    known = LICENCES[identifier].text if identifier in LICENCES else ""
    return known or (f"https://huggingface.co/{repository}" if repository else "")
