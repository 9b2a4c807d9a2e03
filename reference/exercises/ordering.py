"""Ordering: one of four animals by its rank in one fixed order, which the corpus never states as a whole.

All four ranks are asked. Were it only the two ends, the choices alone would tell half of the answer.
"""

from random import Random

from reference.exercise import Exercise, Kind

BY_SIZE = (
    "ant", "snail", "frog", "hen", "cat", "fox", "goat", "wolf", "horse", "bison", "elephant", "whale",
)  # fmt: skip
RANKS = ("smallest", "second smallest", "second largest", "largest")


def draw(rng: Random) -> Exercise:
    """Four different animals in random order, and the one of a random rank among them."""
    animals, rank = rng.sample(BY_SIZE, 4), rng.randrange(4)
    answer = sorted(animals, key=BY_SIZE.index)[rank]
    prompt = f"Of {animals[0]}, {animals[1]}, {animals[2]} and {animals[3]} the {RANKS[rank]} is"
    return Exercise(prompt, answer, tuple(animal for animal in animals if animal != answer), key=prompt)


def page(rng: Random, lines: int) -> list[Exercise]:
    """Unrelated comparisons."""
    return [draw(rng) for _ in range(lines)]


ORDERING = Kind("ordering", "one of four by its rank in a learnt order", page, draw)
