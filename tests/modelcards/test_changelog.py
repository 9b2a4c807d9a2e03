"""Whatever changes what the index says of a card is noted, by whatever statement."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from modelcards import changelog
from modelcards.models import ChangeMark, Language, Lineage, ModelCard, Organisation
from tests.factories import make_benchmark, make_card, make_lineage, make_organisation, make_published, make_user

pytestmark = pytest.mark.django_db


def noted(act):
    """The cards that the log names for what ``act`` does."""
    last = ChangeMark.objects.order_by("-version").values_list("version", flat=True).first() or 0
    act()
    return set(ChangeMark.objects.filter(version__gt=last).values_list("card_id", flat=True))


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def card():
    return make_card("Oak")


def test_a_card_made_changed_and_deleted_is_noted(card):
    assert noted(lambda: make_card("Elm")) == {card.pk + 1}
    assert noted(lambda: ModelCard.objects.filter(pk=card.pk).update(licence="x")) == {card.pk}
    pk = card.pk
    assert noted(card.delete) == {pk}


def test_plain_statements_are_noted_row_by_row(card):
    other = make_card("Elm")
    table = ModelCard._meta.db_table
    assert noted(lambda: run(f"UPDATE {table} SET parameters = 5")) == {card.pk, other.pk}
    assert noted(lambda: run(f"UPDATE {table} SET parameters = 5 WHERE id = -1")) == set()
    assert noted(lambda: run(f"DELETE FROM {table} WHERE id = %s", other.pk)) == {other.pk}


@pytest.mark.parametrize("name", ["organisations", "languages", "modalities", "readers"])
def test_names_given_and_taken_are_noted(card, name):
    field = getattr(card, name)
    makers: dict[str, Callable[[], Any]] = {
        "organisations": make_organisation,
        "languages": lambda: Language.objects.create(code="en"),
        "modalities": lambda: field.model.objects.create(key="text"),
        "readers": make_user,
    }
    other = makers[name]()
    assert noted(lambda: field.add(other)) == {card.pk}
    assert noted(lambda: field.clear()) == {card.pk}
    field.add(other)
    assert noted(other.delete) == {card.pk}


def test_a_name_that_moves_to_another_card_is_noted_of_both(card):
    other = make_card("Elm")
    make_organisation("Grove", [card])
    through = ModelCard.organisations.through
    assert noted(lambda: through.objects.update(modelcard_id=other.pk)) == {card.pk, other.pk}


def test_descent_is_noted_of_the_child(card):
    child = make_card("Acorn")
    assert noted(lambda: make_lineage(child, card)) == {child.pk}
    assert noted(lambda: Lineage.objects.update(relation="merge")) == {child.pk}
    assert noted(lambda: Lineage.objects.all().delete()) == {child.pk}


def test_a_renamed_organisation_is_noted_of_its_cards(card):
    organisation = make_organisation("Grove", [card])
    assert noted(lambda: Organisation.objects.filter(pk=organisation.pk).update(name="Wood")) == {card.pk}
    assert noted(lambda: Organisation.objects.filter(pk=organisation.pk).update(name="Wood")) == set()


def test_scores_are_noted(card):
    score = make_published(card, make_benchmark())
    assert noted(lambda: make_published(card, make_benchmark())) == {card.pk}
    assert noted(score.delete) == {card.pk}


def test_what_is_undone_leaves_no_line_and_a_version_given_again_has_another_nonce(card):
    marks = []
    for _ in range(2):
        try:
            with transaction.atomic():
                card.save()
                marks.append(ChangeMark.objects.order_by("-version").values_list("version", "nonce").first())
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert marks[0][0] == marks[1][0]
    assert marks[0][1] != marks[1][1]


def test_the_log_keeps_its_last_lines_only(card, monkeypatch):
    monkeypatch.setattr(changelog, "KEPT", 3)
    monkeypatch.setattr(changelog, "TRIM", changelog.TRIM.replace("100000", "3"))
    changelog.install()
    for _ in range(10):
        card.save()
    assert ChangeMark.objects.count() == 3


def test_triggers_that_went_with_their_table_come_back_and_readers_are_told(card):
    run(f"DROP TRIGGER {Lineage._meta.db_table}_noted_insert")
    assert noted(changelog.install) == {None}
    assert noted(changelog.install) == set()
    assert noted(lambda: make_lineage(make_card("Acorn"), card)) == {card.pk + 1}
