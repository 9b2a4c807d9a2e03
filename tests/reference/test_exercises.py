"""The six kinds of exercise say true things and give nothing away."""

from collections import Counter
from random import Random

import pytest

from reference.exercise import Exercise, Kind
from reference.exercises import KINDS
from reference.exercises.agreement import NOUNS, VERBS
from reference.exercises.arithmetic import HELD_OUT, SHOWN, SUMS, page, question
from reference.exercises.ordering import BY_SIZE, ORDERING, RANKS
from reference.exercises.rules import FEATURES, RULE_ASKED, RULES, RULES_SEEN, leans_to
from reference.world import PEOPLE, VALUES

by_name = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def questions(kind: Kind, count: int = 400) -> list[Exercise]:
    rng = Random(99)
    return [kind.question(rng) for _ in range(count)]


@by_name
def test_the_answer_is_one_of_different_choices(kind):
    for exercise in questions(kind):
        choices = {exercise.answer, *exercise.distractors}
        assert len(choices) == 1 + len(exercise.distractors) == (2 if kind.name == "agreement" else 4)


def test_the_verb_agrees_with_the_first_noun_and_not_with_all_between():
    number = {form: at for pair in (*NOUNS, *VERBS) for at, form in enumerate(pair)}
    singular_verb = {pair[0] for pair in VERBS}
    for exercise in questions(KINDS[0]):
        nouns = [number[word] for word in exercise.prompt.split() if word in number]
        plural = exercise.answer not in singular_verb
        assert nouns[0] == plural
        assert any(other != nouns[0] for other in nouns[1:])


def test_ordering_asks_for_every_rank():
    ranks = Counter()
    for exercise in questions(ORDERING):
        animals = sorted((exercise.answer, *exercise.distractors), key=BY_SIZE.index)
        rank = animals.index(exercise.answer)
        assert exercise.prompt.endswith(f"the {RANKS[rank]} is")
        ranks[rank] += 1
    assert min(ranks.values()) > 70


def test_sums_are_right_and_the_held_out_ones_never_shown():
    rng = Random(3)
    shown = [exercise for _ in range(500) for exercise in page(rng, 6)]
    asked = [question(rng) for _ in range(500)]
    for exercise in (*shown, *asked):
        left, sign, right, _ = exercise.prompt.split()
        assert int(exercise.answer) == (int(left) + int(right) if sign == "+" else int(left) - int(right))
    assert not {exercise.prompt for exercise in shown} & {exercise.prompt for exercise in asked}
    assert len(SHOWN) + len(HELD_OUT) == len(SUMS)


def test_near_misses_form_a_square_with_the_answer_at_any_corner():
    corners = Counter()
    for exercise in questions(KINDS[2]):
        numbers = sorted(map(int, (exercise.answer, *exercise.distractors)))
        low = numbers[0]
        assert numbers == [low, low + 1, low + 10, low + 11]
        corners[int(exercise.answer) - low] += 1
    assert min(corners.values()) > 60


def test_every_value_of_the_world_is_equally_common():
    for attribute, values in VALUES.items():
        counts = Counter(person.fact(attribute) for person in PEOPLE)
        assert set(counts.values()) == {len(PEOPLE) // len(values)}


def test_a_missing_name_is_told_by_its_clues():
    for exercise in questions(KINDS[3], 1000):
        if not exercise.prompt.startswith("The "):
            continue
        words = set(exercise.prompt.split())
        fitting = [
            person.name
            for person in PEOPLE
            if person.craft in words and person.town in words and ({person.fruit, person.instrument} & words)
        ]
        assert exercise.answer in fitting
        assert not set(exercise.distractors) & set(fitting)


def test_a_page_of_rules_has_one_rule_and_pages_have_all():
    rng, seen = Random(5), set()
    for _ in range(40):
        lines = RULES.page(rng, 6)
        features = {name for line in lines for name, values in FEATURES.items() if line.answer in values}
        assert len(features) == 1
        seen |= features
    assert seen == set(RULES_SEEN)


def test_without_shots_the_likeliest_rule_is_the_asked_one_for_a_quarter_of_the_things():
    asked = [exercise.prompt.split() for exercise in questions(RULES, 2000)]
    likely = sum(leans_to(word) == RULE_ASKED for words in asked for word in words if word in FEATURES["matter"])
    assert likely / len(asked) == pytest.approx(0.25, abs=0.03)
