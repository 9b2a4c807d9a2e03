"""A generated catalog in a database: nothing broken, nothing lost, and what the projection would write."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from benchmarks import generate
from benchmarks.catalog import load
from benchmarks.catalog.people import NotEmptyError
from modelcards.actions.projection import project
from modelcards.models import ChangeMark, Fact, ModelCard
from tests.services import PostgresServer, database

CARDS = 400


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, django_db_blocker: Any
) -> Iterator[tuple[list, list]]:
    """A generated catalog in a file of its own; gives definitions before and after."""
    folder = tmp_path_factory.mktemp("generated")
    url = f"sqlite:///{shutil.copy(migrated, folder)}"
    with database(url, django_db_blocker):
        before = definitions()
        generate.generate(CARDS, 1, say=lambda text: None)
        yield before, definitions()


def definitions() -> list:
    """How every index and trigger of the tables is dropped and made."""
    return [*load.index_definitions(), *sorted(load.trigger_drops())]


def dump(*tables: str) -> dict[str, list]:
    """Every row of the tables, without the columns that a projection counts up."""
    found = {}
    for table in tables:
        model = load.model_of(table)
        names = [
            field.attname for field in model._meta.concrete_fields if field.attname not in ("version", "updated_at")
        ]
        found[table] = list(model._default_manager.order_by("pk").values_list(*names))
    return found


PROJECTED = (
    "ModelCard",
    "ModelCard.organisations",
    "ModelCard.languages",
    "ModelCard.modalities",
    "Publication",
    "Lineage",
)


def test_every_column_is_the_projection_of_the_chosen_facts(made) -> None:
    before = dump(*PROJECTED)
    project(list(ModelCard.objects.values_list("pk", flat=True)))
    assert dump(*PROJECTED) == before


def test_triggers_and_indexes_stand_as_before(made) -> None:
    before, after = made
    assert after == before
    assert load.SET_ASIDE not in connection.introspection.table_names()


def test_whoever_serves_the_catalog_reads_it_anew(made) -> None:
    assert ChangeMark.objects.filter(card_id=None).exists()


def test_every_row_points_at_one_that_is_there(made) -> None:
    connection.check_constraints()
    assert Fact.objects.filter(chosen=True).values("card").distinct().count() == CARDS


def test_ids_go_on_after_the_highest(made) -> None:
    highest = Fact.objects.order_by("-pk")[0]
    card = ModelCard.objects.all()[0]
    fact = Fact.objects.create(card=card, field="limits", value="none known", source="a test", confidence="unchecked")
    assert fact.pk == highest.pk + 1
    fact.delete()


def test_a_database_that_holds_cards_is_refused(made) -> None:
    with pytest.raises(NotEmptyError):
        generate.generate(10, 1, say=lambda text: None)


def test_a_load_that_was_killed_is_made_good_by_the_next(made) -> None:
    before, _after = made
    with pytest.raises(AssertionError), load.bypassed(lambda text: None):
        assert definitions() == before  # they are gone meanwhile
    assert definitions() == before
    aborted = load.bypassed(lambda text: None)
    aborted.__enter__()  # as when the process ends here
    load.restored(lambda text: None)
    assert definitions() == before


@pytest.mark.postgresql
def test_postgresql_gets_the_same_rows(made, postgres_server: PostgresServer, django_db_blocker) -> None:
    sqlite = {table: len(rows) for table, rows in dump(*load.TABLES).items()}
    cards = dump("ModelCard")
    url = postgres_server.migrated("generated")
    with database(url, django_db_blocker):
        before = definitions()
        generate.generate(CARDS, 1, say=lambda text: None)
        assert definitions() == before
        assert {table: len(rows) for table, rows in dump(*load.TABLES).items()} == sqlite
        assert without_times(dump("ModelCard")) == without_times(cards)
        project(list(ModelCard.objects.values_list("pk", flat=True)[:100]))
        assert without_times(dump("ModelCard")) == without_times(cards)


def without_times(dumped: dict[str, list]) -> list:
    return [tuple(value for value in row if not hasattr(value, "tzinfo")) for row in dumped["ModelCard"]]
