"""Data inside a page, for its scripts."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString

ESCAPES = {"&": "\\u0026", "<": "\\u003C", ">": "\\u003E"}


def json_element(name: str, value: Any) -> SafeString:
    """``<script type="application/json" id="name">``, as Django's ``json_script`` writes it, but without blanks.

    Of a picture with 2,000 chips that translates two megabytes letter by letter, which takes a fifth of a second.
    """
    text = json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))
    for letter, escaped in ESCAPES.items():
        text = text.replace(letter, escaped)
    return SafeString(f'<script id="{name}" type="application/json">{text}</script>')
