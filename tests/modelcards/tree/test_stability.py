"""One more card moves the others little and turns few of them."""

from collections.abc import Iterable, Sequence
from statistics import median

import pytest

from modelcards.tree.layout import Plan, layout
from modelcards.tree.nodes import CHIP_HEIGHT, Leaf, TreeModel
from modelcards.tree.select import choose, leaves
from tests.modelcards.tree.rows import invented, shipped


def leaves_of(models: Sequence[TreeModel], show: str) -> tuple[Leaf, ...]:
    dated = [one for one in models if one.day]
    return leaves(dated, choose(dated, show))


def move(before: Plan, after: Plan) -> float:
    """How far the median chip moved, once the two pictures lie on one another."""
    old = {leaf.slug: (x, y) for leaf, x, y in before.chips}
    moves = [(x - old[leaf.slug][0], y - old[leaf.slug][1]) for leaf, x, y in after.chips if leaf.slug in old]
    dx, dy = median(x for x, _ in moves), median(y for _, y in moves)
    return median(abs(x - dx) + abs(y - dy) for x, y in moves)


def turned(before: Plan, after: Plan) -> float:
    """The share of chips that hang on the other side of the same line."""
    old, new = sides(before), sides(after)
    both = [slug for slug in old if slug in new and old[slug][0] == new[slug][0]]
    return sum(old[slug][1] * new[slug][1] < 0 for slug in both) / len(both)


def sides(plan: Plan) -> dict[str, tuple[str | None, int]]:
    return {twig.child: (twig.parent, (twig.x > twig.x0) - (twig.x < twig.x0)) for twig in plan.twigs}


def without(chosen: tuple[Leaf, ...], every: int) -> Iterable[tuple[Leaf, ...]]:
    """The catalog before the newest card came, and before one of each few others did."""
    by_day = sorted(chosen, key=lambda leaf: (leaf.day, leaf.slug))
    for missing in [by_day[-1], *by_day[::every]]:
        yield tuple(leaf for leaf in chosen if leaf is not missing)


@pytest.mark.parametrize(
    ("models", "show", "every"),
    [(shipped(), "landmarks", 7), (shipped(), "key", 9), (tuple(invented(120, 1)), "all", 15)],
    ids=["landmarks", "shipped", "invented"],
)
def test_one_card_more_moves_the_others_little(models, show, every) -> None:
    chosen = leaves_of(models, show)
    whole = layout(chosen)
    before = [layout(fewer) for fewer in without(chosen, every)]
    moves = [move(plan, whole) for plan in before]
    turns = [turned(plan, whole) for plan in before]
    assert median(moves) < CHIP_HEIGHT / 4
    assert sum(one < CHIP_HEIGHT for one in moves) >= 0.8 * len(moves)
    assert sum(turns) / len(turns) < 0.04


def test_a_card_of_another_family_turns_no_chip() -> None:
    models = [one for one in invented(120, 2) if one.architecture_family in ("encoder-only", "decoder-only")]
    chosen = leaves_of(models, "all")
    newest = max((leaf for leaf in chosen if leaf.branch == "encoder-only"), key=lambda leaf: (leaf.day, leaf.slug))
    whole, fewer = layout(chosen), layout(tuple(leaf for leaf in chosen if leaf is not newest))
    decoders = {leaf.slug for leaf in chosen if leaf.branch == "decoder-only"}
    old, new = sides(fewer), sides(whole)
    assert sum(old[slug] != new[slug] for slug in decoders) <= 1
