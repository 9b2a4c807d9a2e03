"""Houses: organisations that publish under several names, and the two letters of their badge."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.text import slugify

_HOUSE = {
    "Facebook": "Meta",
    "Facebook AI": "Meta",
    "Meta AI": "Meta",
    "Allen Institute for AI": "AI2",
    "AI2 and others": "AI2",
    "BigScience (Hugging Face and others)": "BigScience",
}
_CODE = {
    "OpenAI": "OA",
    "DeepMind": "DM",
    "Microsoft": "Ms",
    "Hugging Face": "Hf",
    "Tsinghua": "Ts",
    "AI21 Labs": "21",
    "UC Berkeley": "Be",
    "Stanford": "St",
}


def house(organisation: str) -> str:
    """The house that an organisation's name stands for."""
    return _HOUSE.get(organisation, organisation)


def slugs_of(name: str) -> list[str]:
    """The slugs, as the catalog's filter takes them, of an organisation or of all names that a house publishes under.

    What is a slug already stays one.
    """
    names = [name, *(other for other, of in _HOUSE.items() if of == name)]
    return list(dict.fromkeys(slugify(one, allow_unicode=True)[:90] or one for one in names))


def houses(organisations: Iterable[str]) -> set[str]:
    """The houses behind a model's makers."""
    return {house(one) for one in organisations if one}


def badge(organisation: str) -> str:
    """Two letters for an organisation; a question mark where none is named."""
    name = house(organisation)
    if name in _CODE:
        return _CODE[name]
    words: list[str] = re.findall(r"\w+", name)
    if not words:
        return "?"
    return words[0][:2] if len(words) == 1 or len(words[0]) < 3 else words[0][0].upper() + words[1][0].lower()
