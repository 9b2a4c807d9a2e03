"""Colours of the chips: open stays filled and closed hollow, a score tells where it is from, unknown looks unknown."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import hub
from modelcards.registry import Shade
from modelcards.tree.dress import EDGES, HOUSES, KINDS, STRENGTHS, dress_of
from modelcards.tree.organisations import badge
from tests.modelcards.tree.plans import leaf

TOKENS = Path(hub.__file__).parent / "static" / "hub" / "tokens.css"


def scores(**values: tuple[float, Any]) -> dict[str, Shade]:
    return {slug: Shade(value, f"{100 * value:.1f} %", origin) for slug, (value, origin) in values.items()}


@pytest.mark.parametrize("kind", ["family", "organisation", "openness"])
def test_open_is_filled_closed_hollow_and_unknown_dotted(kind: str) -> None:
    chips = [leaf("a"), leaf("b", open_weights=False), leaf("c", open_weights=None)]
    opened, closed, unknown = map(dress_of(kind, chips).of, chips)
    assert opened.strength > 0
    assert closed.strength == unknown.strength == 0
    assert (closed.dash, unknown.dash) == ("", "dot")


def test_families_have_their_own_colour_and_stand_in_the_legend_with_their_number() -> None:
    chips = [leaf("a"), leaf("b"), leaf("c", family="recurrent"), leaf("d", family="embedding")]
    dress = dress_of("family", chips)
    assert [(entry.key, entry.count) for entry in dress.legend] == [("before", 2), ("decoder-only", 2)]
    assert dress.of(chips[0]).colour != dress.of(chips[2]).colour
    assert dress.wood("decoder-only") == dress.of(chips[0]).colour


def test_the_largest_houses_have_colours_and_the_rest_is_grey() -> None:
    makers = [f"House {number}" for number in range(HOUSES + 2) for _ in range(20 - number)]
    chips = [leaf(f"m{number}", organisation=maker) for number, maker in enumerate(makers)]
    dress = dress_of("organisation", chips)
    paints = {chip.organisation: dress.of(chip) for chip in chips}
    assert len({paints[f"House {number}"].colour for number in range(HOUSES)}) == HOUSES
    assert paints["House 8"] == paints["House 9"]
    assert sum(entry.count for entry in dress.legend) == len(chips)
    assert dress.legend[0].code == badge("House 0")


def test_names_of_one_house_are_one_house() -> None:
    chips = [leaf("a", organisation="Meta AI"), leaf("b", organisation="Facebook")]
    dress = dress_of("organisation", chips)
    assert dress.of(chips[0]) == dress.of(chips[1])


def test_a_higher_score_is_stronger_and_its_number_stands_in_the_badge() -> None:
    chips = [leaf("a"), leaf("b"), leaf("c")]
    dress = dress_of("score", chips, scores(a=(0.25, "measured"), b=(0.9, "measured")), "MMLU")
    low, high, none = map(dress.of, chips)
    assert (low.strength, high.strength) == (STRENGTHS[0], STRENGTHS[-1])
    assert [dress.code(chip) for chip in chips] == ["25", "90", "–"]
    assert none.strength == 0
    assert "MMLU: 90.0 % (measured here)" in dress.told(chips[1])
    assert "no score" in dress.told(chips[2])


def test_where_a_score_is_from_is_told_by_its_edge_and_in_the_legend() -> None:
    chips = [leaf("a"), leaf("b"), leaf("c")]
    shades = scores(a=(0.5, "measured"), b=(0.5, "imported"), c=(0.5, "published"))
    dress = dress_of("score", chips, shades, "MMLU")
    assert [dress.of(chip).dash for chip in chips] == list(EDGES.values())
    assert {str(entry.text) for entry in dress.legend} >= {"measured here", "imported", "published"}


@pytest.mark.parametrize("values", [[], [0.0], [1.0], [0.5, 0.5], [0.0, 1.0], [0.2999, 0.3]])
def test_any_scores_have_a_step(values: list[float]) -> None:
    chips = [leaf(f"m{number}") for number in range(len(values) + 1)]
    shades = {chip.slug: Shade(value, "", "measured") for chip, value in zip(chips, values, strict=False)}
    dress = dress_of("score", chips, shades, "MMLU")
    assert all(0 <= dress.of(chip).strength <= 1 for chip in chips)
    ends = [int(end) for entry in dress.legend for end in re.findall(r"\d+", str(entry.text))]
    assert all(0 <= end <= 100 for end in ends)


def test_a_new_score_within_the_range_changes_no_other_colour() -> None:
    chips = [leaf("a"), leaf("b"), leaf("c")]
    before = dress_of("score", chips, scores(a=(0.31, "measured"), b=(0.69, "measured")), "")
    after = dress_of("score", chips, scores(a=(0.31, "measured"), b=(0.69, "measured"), c=(0.5, "measured")), "")
    assert before.of(chips[0]) == after.of(chips[0])
    assert before.of(chips[1]) == after.of(chips[1])
    steps = [str(entry.text) for entry in after.legend if "%" in str(entry.text)]
    assert (steps[0], steps[-1]) == ("30–38 %", "62–70 %")


def test_a_word_that_is_no_way_to_colour_is_by_family() -> None:
    assert dress_of("mood", [leaf("a")]).kind == "family"


def test_every_colour_is_a_token_of_the_stylesheet() -> None:
    text = TOKENS.read_text(encoding="utf-8")
    tokens = set(re.findall(r"(--[\w-]+):", text))
    chips = [leaf(f"m{n}", organisation=f"O{n}", open_weights=(None, True, False)[n % 3]) for n in range(12)]
    shades = scores(**{f"m{n}": (n / 12, "published") for n in range(9)})
    used: Counter[str] = Counter()
    for kind in KINDS:
        dress = dress_of(kind, chips, shades, "x")
        for paint in map(dress.of, chips):
            used.update(re.findall(r"var\((--[\w-]+)\)", f"{paint.colour} {paint.ink} {dress.wood('prefix-lm')}"))
    assert used
    assert set(used) <= tokens


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Of two colours of 0..255, after WCAG 2.2."""

    def luminance(colour):
        parts = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_readable_on_every_chip(kind: str, theme: str) -> None:
    """4.5:1 on the fill as it lies over the surface."""
    text = TOKENS.read_text(encoding="utf-8")
    part = text[text.index(':root[data-theme="dark"]') :] if theme == "dark" else text[: text.index("@media")]
    hexes = dict(re.findall(r"(--[\w-]+): #([0-9a-f]{6})", part))

    def rgb(token: str) -> tuple[int, ...]:
        value = hexes[token.removeprefix("var(").removesuffix(")")]
        return tuple(int(value[i : i + 2], 16) for i in (0, 2, 4))

    chips = [leaf(f"m{n}", organisation=f"O{n}", open_weights=n % 2 == 0) for n in range(20)]
    chips += [leaf(f"f{n}", family=family) for n, family in enumerate(("encoder-only", "recurrent", "prefix-lm"))]
    shades = scores(**{f"m{n}": (n / 20, "measured") for n in range(18)})
    for paint in {dress_of(kind, chips, shades, "").of(chip) for chip in chips}:
        ground = [s + paint.strength * (c - s) for c, s in zip(rgb(paint.colour), rgb("var(--surface)"), strict=True)]
        assert contrast(rgb(paint.ink), tuple(ground)) >= 4.5, paint
