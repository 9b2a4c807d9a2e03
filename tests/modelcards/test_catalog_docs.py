"""docs/catalog.md names everything that files of facts and addresses may hold."""

import pytest
from django.conf import settings

from evaluation.scoretables import BENCHMARK_COLUMNS
from modelcards.filters import known_names
from modelcards.statements import CHECKPOINT_COLUMNS, MODEL_COLUMNS

NAMES = {*MODEL_COLUMNS, *CHECKPOINT_COLUMNS, *BENCHMARK_COLUMNS, *known_names()} - {"chosen"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_name_is_documented(name):
    assert f"`{name}`" in (settings.BASE_DIR / "docs" / "catalog.md").read_text(encoding="utf-8")
