"""Which models are shown, what stands for a series, and who hangs on whom."""

from datetime import date, timedelta

import pytest

from modelcards.tree.reads import middle
from modelcards.tree.select import choose, collapse, leaves, series_name
from modelcards.tree.series import LEAST_KEY, MOST_KEY, series_of
from modelcards.values import parse_date
from tests.modelcards.tree.rows import model, shipped


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("LLaMA 7B", "LLaMA"),
        ("BLOOM-560m", "BLOOM"),
        ("BLOOM-1b1", "BLOOM"),
        ("GPT-2 XL (1.5B)", "GPT-2"),
        ("GPT-2 (small)", "GPT-2"),
        ("Flan-T5-XXL", "Flan-T5"),
        ("Switch-C (Switch Transformer)", "Switch-C"),
        ("GPT-4", "GPT-4"),
        ("7B", "7B"),
    ],
)
def test_a_series_is_a_name_without_its_size(name, series) -> None:
    assert series_name(name) == series


def test_the_largest_of_a_series_stands_for_it() -> None:
    sizes = [model(f"x-{n}b", name=f"X {n}B", parameters=n * 10**9) for n in (1, 30, 7)]
    [series] = collapse(sizes)
    assert series.first.slug == "x-30b"
    assert series.label == "X"


def test_names_of_two_makers_are_two_series() -> None:
    assert len(collapse([model("a", name="X 1B"), model("b", name="X 3B", organisations=("Other",))])) == 2


def test_a_model_tuned_from_another_hangs_on_it() -> None:
    models = [model("base"), model("tuned", date(2023, 1, 1), parents=(("base", "rlhf"),))]
    tuned = next(leaf for leaf in leaves(models, choose(models, "all")) if leaf.slug == "tuned")
    assert (tuned.parent, tuned.hangs) == ("base", True)


def test_a_late_successor_of_another_house_leaves_the_stem() -> None:
    parents = (("base", "successor"),)
    models = [model("base"), model("next", date(2023, 1, 1), parents=parents, organisations=("Other",))]
    found = next(leaf for leaf in leaves(models, choose(models, "all")) if leaf.slug == "next")
    assert (found.parent, found.hangs) == ("base", False)


def test_a_child_older_than_its_parent_leaves_the_stem() -> None:
    models = [model("base"), model("older", date(2019, 1, 1), parents=(("base", "finetune"),))]
    assert not any(leaf.hangs for leaf in leaves(models, choose(models, "all")))


def test_lineage_in_a_circle_ends() -> None:
    models = [model("a", parents=(("b", "finetune"),)), model("b", parents=(("a", "finetune"),))]
    assert {leaf.slug for leaf in leaves(models, choose(models, "all"))} == {"a", "b"}


def test_a_hidden_parent_is_skipped_over() -> None:
    models = [
        model("root"),
        model("middle", date(2021, 7, 1), parents=(("root", "finetune"),)),
        model("leaf", date(2021, 8, 1), parents=(("middle", "finetune"),)),
    ]
    shown = [one for one in choose(models, "all") if one.first.slug != "middle"]
    found = next(leaf for leaf in leaves(models, shown) if leaf.slug == "leaf")
    assert found.parent == "root"


def test_own_models_are_always_key() -> None:
    own = model("mine", date(2026, 1, 1), name="Mine", own=True)
    other = model("theirs", date(2026, 1, 1), name="Theirs")
    shown = {series.first.slug for series in choose([*shipped(), own, other], "key")}
    assert "mine" in shown
    assert "theirs" not in shown


def test_a_small_catalog_is_shown_whole() -> None:
    models = [model(f"m{n}", name=f"M{n}x") for n in range(12)]
    assert len(choose(models, "key")) == 12


def test_where_an_ancestor_has_no_chip_another_size_of_it_stands_for_it() -> None:
    small = model("gpt-2-small", date(2019, 2, 1), name="GPT-2 small")
    drawn = model("gpt-2-xl", date(2019, 2, 1), name="GPT-2 XL", parents=(("gpt-2-small", "successor"),))
    child = model("gpt-4", date(2019, 9, 1), name="GPT-4", parents=(("gpt-2-small", "finetune"),))
    models = [small, drawn, child]
    found = {leaf.slug: leaf for leaf in leaves(models, choose(models, "landmarks"))}
    assert (found["gpt-4"].parent, found["gpt-4"].hangs) == ("gpt-2-xl", True)
    assert found["gpt-2-xl"].parent is None


def test_what_was_tuned_from_a_hidden_model_hangs_on_the_one_that_this_came_from() -> None:
    models = [
        model("root"),
        model("middle", date(2022, 7, 1), parents=(("root", "successor"),)),
        model("chat", date(2022, 12, 1), parents=(("middle", "rlhf"),)),
    ]
    shown = [one for one in choose(models, "all") if one.first.slug != "middle"]
    found = next(leaf for leaf in leaves(models, shown) if leaf.slug == "chat")
    assert (found.parent, found.relation, found.hangs) == ("root", "rlhf", True)


def grown(*models, show="all", **how):
    return {leaf.slug: leaf for leaf in leaves(models, choose(models, show, **how))}


def test_the_view_of_series_is_all_of_them_however_many() -> None:
    models = [model(f"m{n}-{size}b", name=f"M{n}x {size}B") for n in range(100) for size in (1, 7)]
    assert len(choose(models, "key")) == LEAST_KEY
    series = choose(models, "series")
    assert [len(one.members) for one in series] == [2] * 100


def test_of_very_many_series_those_with_most_descendants_and_sizes_are_key() -> None:
    models = [model(f"m{n}-{size}b", name=f"M{n}x {size}B") for n in range(400) for size in (1, 3, 7)]
    models += [model("own", own=True), model("bert-large"), model("base")]
    models += [model(f"tuned-{n}", parents=(("base", "finetune"),)) for n in range(9)]
    found = {one.first.slug for one in choose(models, "key", wanted=frozenset({"tuned-3"}))}
    assert len(found) == MOST_KEY
    assert {"own", "bert-large", "base", "tuned-3"} <= found
    assert "tuned-4" not in found


def test_with_nothing_of_note_the_newest_are_key() -> None:
    models = [model(f"m{n}", date(2020, 1, 1) + timedelta(days=n), name=f"M{n}x") for n in range(100)]
    assert {one.first.slug for one in choose(models, "key")} == {f"m{n}" for n in range(100 - LEAST_KEY, 100)}


def test_an_opened_series_is_drawn_model_by_model_and_names_what_opens_it() -> None:
    models = [model("x-1b", name="X 1B", parameters=10**9), model("x-7b", name="X 7B", parameters=7 * 10**9)]
    closed = grown(*models, show="series")
    assert {slug: (leaf.series, leaf.members) for slug, leaf in closed.items()} == {"x-7b": ("x-7b", ("x-1b", "x-7b"))}
    opened = grown(*models, show="series", opened=frozenset({closed["x-7b"].series}))
    assert {slug: leaf.series for slug, leaf in opened.items()} == {"x-1b": "", "x-7b": ""}
    assert [one.slugs for one in series_of(models, frozenset({"x-7b"}))] == [("x-1b", "x-7b")]


def test_a_wanted_model_is_shown_with_its_ancestors_where_only_key_ones_are() -> None:
    many = [model(f"m{n}", date(2024, 1, 1), name=f"M{n}x") for n in range(100)]
    line = [model("root"), model("leaf", parents=(("root", "finetune"),))]
    assert "leaf" not in grown(*many, *line, show="key")
    assert grown(*many, *line, show="key", wanted=frozenset({"leaf"})).keys() >= {"root", "leaf"}
    assert grown(*many, *line, show="landmarks", wanted=frozenset({"leaf"})).keys() == {"leaf"}
    for wanted in (frozenset({"leaf"}), frozenset()):
        assert "m99" in grown(*many, *line, show="key", wanted=wanted, opened=frozenset({"m99"}))


@pytest.mark.parametrize(
    ("child", "parent", "early"),
    [
        ("2021-03-10", "2021-03-11", True),
        ("2021-03-10", "2021-03", False),
        ("2021-02", "2021-03-11", True),
        ("2022", "2021-03-11", False),
        ("2021-03-11", "2021-03-11", False),
    ],
)
def test_a_child_older_than_its_parent_is_marked_as_far_as_both_dates_are_known(child, parent, early) -> None:
    days = {text: middle(*parse_date(text)) for text in (child, parent)}
    found = grown(
        model("parent", days[parent], released=parent),
        model("child", days[child], released=child, parents=(("parent", "finetune"),)),
    )
    assert found["child"].early is early
    assert not found["parent"].early


def test_a_parent_of_another_family_and_a_second_one_are_lines_across() -> None:
    found = grown(
        model("a"),
        model("b", date(2021, 6, 1)),
        model("encoder", architecture_family="encoder-only"),
        model("c", date(2021, 9, 1), parents=(("encoder", "successor"), ("a", "merge"), ("b", "merge"))),
    )["c"]
    assert (found.parent, found.hangs) == ("a", True)
    assert found.others == (("encoder", "successor"), ("b", "merge"))


def test_a_second_predecessor_is_a_line_across() -> None:
    parents = (("a", "successor"), ("b", "successor"))
    found = grown(model("a"), model("b"), model("c", date(2021, 9, 1), parents=parents))["c"]
    assert (found.parent, found.hangs, found.others) == ("a", True, (("b", "successor"),))


def test_a_successor_that_left_the_stem_has_no_line_across() -> None:
    late = model("late", date(2024, 1, 1), parents=(("base", "successor"),))
    found = grown(model("base"), late)["late"]
    assert (found.parent, found.hangs, found.others) == ("base", False, ())


def test_models_of_one_day_that_hang_on_each_other_have_one_that_stands() -> None:
    ring = [model(name, parents=((parent, "finetune"),)) for name, parent in (("a", "b"), ("b", "c"), ("c", "a"))]
    found = grown(*ring, model("d", parents=(("a", "finetune"),)))
    assert {slug for slug, leaf in found.items() if not leaf.hangs} == {"a"}


def test_what_has_no_date_or_no_known_family_is_no_leaf() -> None:
    found = grown(model("a"), model("b", None), model("c", architecture_family=""), model("d", architecture_family="x"))
    assert found.keys() == {"a"}


def test_chips_grow_with_the_logarithm_of_the_parameters_where_that_is_asked_for() -> None:
    sizes = {"none": None, "tiny": 10**6, "small": 10**8, "middle": 10**10, "large": 10**12, "giant": 10**15}
    models = [model(name, parameters=size) for name, size in sizes.items()]
    sized = {leaf.slug: leaf.scale for leaf in leaves(models, choose(models, "all"), sized=True)}
    assert sized == {"none": 1.0, "tiny": 0.85, "small": 0.85, "middle": 1.1, "large": 1.35, "giant": 1.35}
    assert {leaf.scale for leaf in grown(*models).values()} == {1.0}
    [small] = leaves(models[2:3], choose(models[2:3], "all"), sized=True)
    assert small.height == pytest.approx(17)
