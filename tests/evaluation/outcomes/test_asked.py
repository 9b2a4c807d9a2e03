"""Which choice is right, for one document and for all of a file at once; texts by their places."""

import pytest

from evaluation.core.chance import BlindGuess, choices_of
from evaluation.core.samples import ROWS_AT_ONCE
from evaluation.outcomes.asked import asked, blind_level, holds, prompt_rows, target_index
from evaluation.outcomes.columns import Unreadable
from evaluation.outcomes.kept import KEPT
from tests.evaluation.outcomes.files import make_outcome, make_prompt, make_samples


@pytest.fixture(autouse=True)
def nothing_kept():
    KEPT.clear()


CASES = [
    ("1", [" oak", " elm"], 1),
    (" elm ", [" oak", " elm"], 1),
    ("2", [" 3", " 2", " 1"], 1),
    ("2", [" 0", " 1", " 5"], 2),
    ("same", [" same", " same"], 0),
    ("7", [" oak", " elm"], None),
    ("-1", [" oak"], None),
    ("True", [" oak", " elm"], None),
    ("²", [" oak"], None),
    ("", [], None),
    ("text", [], None),
]


@pytest.mark.parametrize(("target", "offered", "place"), CASES)
def test_a_target_is_a_choices_text_or_its_number(target, offered, place):
    assert target_index(target, offered) == place


def test_all_targets_of_a_file_are_found_as_one_is():
    prompts = [
        make_prompt(number, target=target) | {"continuations": offered}
        for number, (target, offered, _place) in enumerate(CASES)
    ]
    found = asked(make_samples(prompts, [make_outcome(0, acc=1)]))
    assert found.targets.tolist() == [-1 if place is None else place for _target, _offered, place in CASES]
    assert found.choices.tolist() == [len(offered) for _target, offered, _place in CASES]


def test_choices_that_are_scored_again_without_the_question_count_once():
    twice = {"contexts": ["Q:", "Q:", "", ""], "continuations": [" a", " b", " a", " b"]}
    assert choices_of(**twice) == 2
    assert choices_of(["x", "y"], [" a", " a"]) == 2
    assert choices_of([], [" a", " a"]) == 2
    ref = make_samples([make_prompt(0, target="1") | twice], [make_outcome(0, acc=1)])
    assert (asked(ref).choices.tolist(), asked(ref).targets.tolist()) == ([2], [1])


def test_rows_are_read_by_place_across_row_groups():
    count = ROWS_AT_ONCE + 5
    ref = make_samples([make_prompt(number) for number in range(count)], [make_outcome(0, acc=1)])
    rows = prompt_rows(ref, [count - 1, 0, ROWS_AT_ONCE])
    assert [row["doc_id"] for row in rows] == [count - 1, 0, ROWS_AT_ONCE]
    with pytest.raises(Unreadable):
        asked(ref).places(asked(ref).numbers + 1)


def test_a_search_is_by_document_whatever_the_order_of_the_file():
    prompts = [make_prompt(2, "oak"), make_prompt(0, "elm"), make_prompt(1, "an\noak")]
    ref = make_samples(prompts, [make_outcome(0, acc=1)])
    assert holds(ref, "OAK").tolist() == [False, True, True]
    assert holds(ref, "an\noak").tolist() == [False, True, False]


@pytest.mark.parametrize(
    "changes",
    [
        [{}, {"continuations": [" a", " b", " c", " d"]}],
        [{}, {"continuations": [" a"]}],
        [{"options": "{}", "continuations": []}],
        [{"target": "[0, 1]"}],
        [{"contexts": ["Q", "Q", "", ""], "continuations": [" a", " b", " a", " b"]}],
        [],
    ],
)
def test_the_level_of_a_blind_guess_is_that_of_its_rows_one_by_one(changes):
    prompts = [make_prompt(number) | change for number, change in enumerate(changes)]
    guess = BlindGuess()
    list(guess.passing(prompts))
    assert blind_level(make_samples(prompts, [make_outcome(0, acc=1)]).prompts_file) == guess.level
