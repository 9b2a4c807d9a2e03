"""Data inside a page says what it was, and ends no script."""

import json
import re

from django.utils.html import json_script
from django.utils.translation import gettext_lazy

from modelcards.tree.inpage import json_element


def test_it_says_what_django_says() -> None:
    value = {"name": "</script><!-- & 'é' 日本", "lazy": gettext_lazy("Save"), "numbers": [1, 2.5, None, True]}
    texts = [json_element("data", value), json_script(value, "data")]
    found = [re.fullmatch(r'<script id="data" type="application/json">([^<>&]*)</script>', text) for text in texts]
    ours, theirs = (json.loads(one[1]) for one in found if one)
    assert ours == theirs
