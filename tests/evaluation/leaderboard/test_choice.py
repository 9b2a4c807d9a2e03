"""The words of the leaderboard's address."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from evaluation.leaderboard.choice import BoardChoice, read_choice

pytestmark = pytest.mark.django_db


def read(query: str) -> BoardChoice:
    return read_choice(QueryDict(query))


def test_an_address_says_all_and_is_written_again() -> None:
    query = (
        "?origin=imported&tasks=hellaswag,piqa&shots=0,5&metric=acc_norm&values=normalised&weights=hellaswag:2,piqa:0.5"
        "&missing=marked&columns=stage,average&sort=-hellaswag&pin=gpt-2,opt&page=3&architecture_family=decoder-only"
    )
    choice = read(query[1:])
    assert choice.errors == {}
    assert (choice.tasks, choice.shots, choice.weight("hellaswag")) == (("hellaswag", "piqa"), (0, 5), 2.0)
    assert choice.query() == query


def test_a_bare_address_stays_bare() -> None:
    assert read("").query() == "?"


def test_a_form_and_an_address_say_the_same() -> None:
    form = read("tasks=a&tasks=b&weight.a=2&weight.b=1&columns=none&columns=average&shots=5")
    assert form.query() == "?tasks=a,b&shots=5&weights=a:2&columns=average"


def test_no_columns_can_be_chosen() -> None:
    assert read("columns=none").columns == ()
    assert read("columns=none").query() == "?columns=none"


@pytest.mark.parametrize(
    "query",
    [
        "shots=many", "shots=-1", "origin=dreamt", "values=cooked", "missing=lost", "weights=hellaswag",
        "weights=a:nan", "weights=a:-1", "weights=:2", "weight.a=much", "columns=beauty", "page=0", "page_size=x",
        "parameters_min=big", "architecture_family=square", "tasks=" + ",".join(map(str, range(99))),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_and_left_out(query: str) -> None:
    choice = read(query)
    assert list(choice.errors) == [query.split("=")[0].replace("weight.a", "weights")]


def test_characters_that_are_no_text_are_dropped() -> None:
    assert read("sort=%00name&tasks=a%00b,c").query() == "?tasks=c&sort=name"


def test_pinning_again_unpins() -> None:
    choice = read("pin=a,b")
    assert choice.with_pin("a") == "?pin=b"
    assert choice.with_pin("c") == "?pin=a,b,c"


def test_a_change_begins_at_the_first_page() -> None:
    assert "page" not in read("page=4").query(sort="name")
    assert read("sort=name&page=4").query(page=5) == "?sort=name&page=5"


def test_a_task_with_a_colon_in_its_name_can_be_weighed() -> None:
    assert read("weights=lab:task:3").weights == {"lab:task": 3.0}
