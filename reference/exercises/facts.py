"""Facts of the small world, asked directly."""

from random import Random

from reference.exercise import Exercise, Kind
from reference.world import PEOPLE, VALUES

QUESTIONS: dict[str, tuple[str, str]] = {
    "town": ("where does {} live?", "what is the town of {}?"),
    "craft": ("what work does {} do?", "what is the craft of {}?"),
    "fruit": ("what does {} grow?", "what is the fruit of {}?"),
    "instrument": ("what does {} play?", "what is the instrument of {}?"),
}


def draw(rng: Random) -> Exercise:
    """One fact in one of two wordings; the wrong answers are other values of the same attribute."""
    person, attribute = rng.choice(PEOPLE), rng.choice(tuple(VALUES))
    answer = person.fact(attribute)
    wrong = rng.sample([value for value in VALUES[attribute] if value != answer], 3)
    prompt = f"Question: {rng.choice(QUESTIONS[attribute]).format(person.name)} Answer:"
    return Exercise(prompt, answer, tuple(wrong), key=f"{person.name} {attribute}")


def page(rng: Random, lines: int) -> list[Exercise]:
    """Unrelated questions."""
    return [draw(rng) for _ in range(lines)]


FACTS = Kind("facts", "facts of a small world asked directly", page, draw)
