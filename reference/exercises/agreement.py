"""Agreement of subject and verb, with nouns of the other number between the two."""

from random import Random

from reference.exercise import Exercise, Kind

NOUNS = (
    ("key", "keys"), ("boat", "boats"), ("lamp", "lamps"), ("wall", "walls"), ("tree", "trees"), ("cup", "cups"),
    ("gate", "gates"), ("road", "roads"), ("cart", "carts"), ("bell", "bells"), ("child", "children"),
    ("mouse", "mice"), ("goose", "geese"), ("shelf", "shelves"), ("tower", "towers"), ("garden", "gardens"),
)  # fmt: skip
VERBS = (
    ("shines", "shine"), ("falls", "fall"), ("waits", "wait"), ("moves", "move"),
    ("stays", "stay"), ("turns", "turn"), ("rests", "rest"), ("sinks", "sink"),
)  # fmt: skip
PLACES = ("near", "behind", "under", "beside", "above")


def draw(rng: Random) -> Exercise:
    """A subject, one to three attractors of which at least one has the other number, and the verb."""
    plural = rng.randrange(2)
    numbers = [rng.randrange(2) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
    numbers[rng.randrange(len(numbers))] = 1 - plural
    attractors = "".join(f" {rng.choice(PLACES)} the {rng.choice(NOUNS)[number]}" for number in numbers)
    verb = rng.choice(VERBS)
    prompt = f"The {rng.choice(NOUNS)[plural]}{attractors}"
    return Exercise(prompt, verb[plural], (verb[1 - plural],), key=prompt)


def page(rng: Random, lines: int) -> list[Exercise]:
    """Unrelated sentences."""
    return [draw(rng) for _ in range(lines)]


AGREEMENT = Kind("agreement", "agreement of subject and verb across attractors", page, draw)
