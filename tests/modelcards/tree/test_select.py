"""Which models are shown, what stands for a series, and who hangs on whom."""

from datetime import date

import pytest

from modelcards.tree.select import choose, collapse, leaves, series_name
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
    assert series.label == "X ×3"


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
