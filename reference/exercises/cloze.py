"""Cloze over the small world: a statement with its last word left out, which may be any fact or the name."""

from random import Random

from reference.exercise import Exercise, Kind
from reference.world import PEOPLE, VALUES, Person

CLUES = {
    "town": "of {}", "craft": "the {}", "fruit": "who grows {}", "instrument": "who plays the {}",
}  # fmt: skip
ASKS = {
    "town": "lives in", "craft": "works as a", "fruit": "grows", "instrument": "plays the",
}  # fmt: skip


def missing_fact(rng: Random, person: Person, attribute: str) -> Exercise:
    """The name and one fact are given, another fact is missing."""
    given = rng.choice([other for other in VALUES if other != attribute])
    answer = person.fact(attribute)
    wrong = rng.sample([value for value in VALUES[attribute] if value != answer], 3)
    prompt = f"Our {person.name}, {CLUES[given].format(person.fact(given))}, {ASKS[attribute]}"
    return Exercise(prompt, answer, tuple(wrong), key=f"{person.name} {attribute}")


def missing_name(rng: Random, person: Person) -> Exercise:
    """Town, craft and one more fact are given, the name is missing; nobody else fits all three."""
    extra = rng.choice(("fruit", "instrument"))
    clue = CLUES[extra].format(person.fact(extra))
    prompt = f"The {person.craft} of {person.town} {clue} is called"
    others = [other.name for other in PEOPLE if other.craft != person.craft or other.town != person.town]
    return Exercise(prompt, person.name, tuple(rng.sample(others, 3)), key=f"{person.name} name")


def draw(rng: Random) -> Exercise:
    """A statement about somebody; one in five leaves out the name."""
    person = rng.choice(PEOPLE)
    missing = rng.choice((*VALUES, "name"))
    return missing_name(rng, person) if missing == "name" else missing_fact(rng, person, missing)


def page(rng: Random, lines: int) -> list[Exercise]:
    """Unrelated statements."""
    return [draw(rng) for _ in range(lines)]


CLOZE = Kind("cloze", "statements about a small world with the last word left out", page, draw)
