"""A worker that is cut off in the middle of a transaction keeps no locks for long."""

import pytest
from django.db import connection

from evaluation.worker import service


@pytest.mark.postgresql
def test_the_database_ends_an_idle_transaction_of_a_worker(request, django_db_blocker):
    from tests.services import database

    with database(request.getfixturevalue("postgres_url"), django_db_blocker):
        service.let_go_when_cut_off(connection)
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            assert cursor.fetchone() == (f"{service.LET_GO_SECONDS}s",)


@pytest.mark.django_db
def test_sqlite_is_left_alone():
    service.let_go_when_cut_off(connection)
