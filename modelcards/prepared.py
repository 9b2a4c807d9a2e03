"""A question that is asked again and again with another number: its SQL is made once, by the ORM, and then kept.

Making the SQL of a plain read takes the ORM several times as long as the database takes to answer it. What is kept is
the words of the question, never an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

# Stands for the number while the SQL is made; no key is negative.
NUMBER = -1


@dataclass(frozen=True)
class _Statement:
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, tuple[list[Callable[..., Any]], Any]]


@dataclass
class Prepared:
    """A read by ``values_list`` that hangs on one number, which ``question`` is given.

    The rest of the question must always be the same: nothing of a request, a reader or a clock goes into it.
    """

    question: Callable[[int], QuerySet[Any, Any]]
    # By kind of database: a process may speak to more than one, and each has words of its own.
    _made: dict[str, _Statement] = field(default_factory=dict, init=False)

    def rows(self, number: int) -> list[tuple[Any, ...]]:
        """The rows for this number, as ``values_list`` gives them."""
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = _statement(self.question(NUMBER))
        with connection.cursor() as cursor:
            cursor.execute(made.sql, [number if value == NUMBER else value for value in made.parameters])
            rows = cursor.fetchall()
        return [_converted(row, made) for row in rows] if made.converters else rows


@dataclass
class PreparedAmong:
    """A read by ``values_list`` of what belongs to some keys, of which ``question`` is given a list, once.

    The rest of the question must always be the same, as with ``Prepared``.
    """

    question: Callable[[list[int]], QuerySet[Any, Any]]
    # SQLite reads this index of the first table instead of its rows: by itself it never does for a primary key.
    index: str = ""
    _made: dict[str, _Statement] = field(default_factory=dict, init=False)

    def rows(self, keys: Sequence[int]) -> list[tuple[Any, ...]]:
        """The rows for these keys, as ``values_list`` gives them."""
        if not keys:
            return []
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = _statement(self.question([NUMBER]), self.index)
        at = made.parameters.index(NUMBER)
        sql = made.sql.replace("IN (%s)", f"IN ({', '.join(['%s'] * len(keys))})", 1)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*made.parameters[:at], *keys, *made.parameters[at + 1 :]])
            rows = cursor.fetchall()
        return [_converted(row, made) for row in rows] if made.converters else rows


def _statement(question: QuerySet[Any, Any], index: str = "") -> _Statement:
    compiler = question.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()
    if index and connection.vendor == "sqlite":
        table = f'FROM "{question.model._meta.db_table}"'
        sql = sql.replace(table, f'{table} INDEXED BY "{index}"', 1)
    expressions = [column for column, _sql, _alias in compiler.select]
    return _Statement(sql, tuple(parameters), compiler.get_converters(expressions))


def _converted(row: tuple[Any, ...], made: _Statement) -> tuple[Any, ...]:
    values = list(row)
    for place, (converters, expression) in made.converters.items():
        for converter in converters:
            values[place] = converter(values[place], expression, connection)
    return tuple(values)
