"""The reads of the tree's scores on PostgreSQL, whose grouping and numbers are stricter."""

import pytest

from tests.evaluation.comparison.rows import make_measured
from tests.evaluation.treescores.asking import lines_of, offered, shade_of
from tests.factories import make_benchmark, make_card, make_published, make_task
from tests.services import database

pytestmark = pytest.mark.postgresql


def test_offer_shades_and_lines_are_read(postgres_server, django_db_blocker) -> None:
    url = postgres_server.migrated("treescores")
    with database(url, django_db_blocker):
        oak, mmlu, task = make_card(), make_benchmark("mmlu", name="MMLU"), make_task("mmlu")
        make_published(oak, mmlu, 0.5, num_fewshot=5)
        make_published(make_card(), mmlu, 0.25, num_fewshot=5)
        make_published(oak, make_benchmark("odd", name="Odd"), float("nan"))
        make_measured(oak, task, [1.0, 0.0, 0.0, 0.0], shots=5, samples=False)
        make_measured(oak, make_task("limited"), [1.0], samples=False, settings={"limit": 1})
        assert {key: task.shots for key, task in offered().items()} == {"mmlu": {5: 2}}
        assert (shade_of(oak, "mmlu", 5).value, shade_of(oak, "mmlu", 5).origin) == (0.25, "measured")
        assert shade_of(oak, "odd", 0) is None
        assert lines_of(oak) == ("MMLU, 5-shot: 0.250 (measured here)",)
