"""Short arithmetic: a number of two digits plus or minus one of one digit."""

import zlib
from random import Random

from reference.exercise import Exercise, Kind

SUMS = tuple(
    (left, sign, right) for left in range(20, 90) for sign in "+-" for right in range(1, 10)
)  # fmt: skip


def result(left: int, sign: str, right: int) -> int:
    """What the sum comes to; always two digits long, so that length gives nothing away."""
    return left + right if sign == "+" else left - right


def is_held_out(left: int, sign: str, right: int) -> bool:
    """Whether the sum is kept out of the corpus (about every fourth is), so that the task asks for more than memory.

    A checksum decides, because a rule over the numbers would be one more thing to learn: which answers never come.
    """
    return zlib.crc32(f"{left}{sign}{right}".encode()) % 4 == 0


SHOWN = tuple(each for each in SUMS if not is_held_out(*each))
HELD_OUT = tuple(each for each in SUMS if is_held_out(*each))


def near_misses(rng: Random, right_answer: int) -> tuple[int, ...]:
    """Off by one, by ten and by both, to random sides.

    With the answer they are n, n + 1, n + 10 and n + 11 for some n, so no choice stands out among the four.
    """
    one = 1 if right_answer % 10 == 0 else -1 if right_answer % 10 == 9 else rng.choice((-1, 1))
    ten = 10 if right_answer < 20 else -10 if right_answer >= 90 else rng.choice((-10, 10))
    return right_answer + one, right_answer + ten, right_answer + one + ten


def exercise(rng: Random, left: int, sign: str, right: int) -> Exercise:
    """The sum with three near misses."""
    answer = result(left, sign, right)
    prompt = f"{left} {sign} {right} ="
    return Exercise(prompt, str(answer), tuple(map(str, near_misses(rng, answer))), key=prompt)


def page(rng: Random, lines: int) -> list[Exercise]:
    """Sums that the corpus may show."""
    return [exercise(rng, *rng.choice(SHOWN)) for _ in range(lines)]


def question(rng: Random) -> Exercise:
    """A sum that the corpus never shows."""
    return exercise(rng, *rng.choice(HELD_OUT))


ARITHMETIC = Kind("arithmetic", "short sums that the corpus never shows", page, question)
