"""What a blind guess scores, from the choices of the documents."""

import pytest

from evaluation.core.chance import BlindGuess, choices_of


def row(count: int, **fields) -> dict:
    return {
        "target": "0",
        "contexts": [],
        "continuations": [f" {number}" for number in range(count)],
        "options": "",
        **fields,
    }


def level(*rows):
    guess = BlindGuess()
    assert list(guess.passing(rows)) == list(rows)
    return guess.level


def test_it_is_the_mean_of_one_in_so_many_choices():
    assert level(row(4), row(4)) == 0.25
    assert level(row(2), row(4)) == pytest.approx(0.375)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row(1)],
        [row(4), row(1)],
        [row(0, options='{"until": []}')],
        [row(4, target="[0, 2]")],
    ],
)
def test_nothing_is_known_of_what_is_not_chosen_or_has_several_right_answers(rows):
    assert level(*rows) is None


def test_choices_scored_again_without_the_question_count_once():
    twice = row(0, contexts=["Q", "Q", "", ""], continuations=[" a", " b", " a", " b"])
    assert choices_of(twice["contexts"], twice["continuations"]) == 2
    assert level(twice) == 0.5
