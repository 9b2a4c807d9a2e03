"""A document's own question at the end of a prompt that begins with instructions and shots."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

BETWEEN = "\n\n"
"""lm-eval's delimiter between shots, where a task names none."""
SHORTEST = 8


def own_question(prompt: Mapping[str, Any]) -> str:
    """The end of a prompt from where the document's own words begin; the whole prompt where that cannot be told.

    The longest text of the document that the prompt holds is looked for from the end: the shots before it are other
    documents.
    """
    text: str = prompt.get("prompt") or ""
    words = max((one for one in _words(prompt.get("document") or "") if one in text), key=len, default="")
    if not words:
        return text.rsplit(BETWEEN, 1)[-1]
    # What stands between the delimiter and the words, such as "Question: ", is the question's too.
    between = text.rfind(BETWEEN, 0, text.rfind(words))
    return text[between + len(BETWEEN) :] if between >= 0 else text


def _words(document: str) -> Iterator[str]:
    try:
        value = json.loads(document)
    except ValueError:
        return
    for held in value.values() if isinstance(value, dict) else ():
        if isinstance(held, str) and len(held.strip()) >= SHORTEST:
            yield held.strip()
