"""The picture of one family."""

from datetime import date

import pytest

from modelcards.tree import family
from modelcards.tree.family import family_picture
from tests.modelcards.tree.rows import model


def address(slug: str) -> str:
    return f"/models/{slug}/"


def picture_of(models, slug="oak", around=(), stop=None):
    return family_picture(models, around, slug, address, stop)


def test_each_model_is_a_chip_that_leads_to_its_card_and_tells_what_it_is() -> None:
    found = picture_of(
        [model("oak", name="Oak"), model("elm", date(2022, 1, 1), name="Elm", parents=(("oak", "rlhf"),))]
    )
    assert (found.models, found.chips) == (2, 2)
    assert 'href="/models/oak/"' in found.svg
    assert "<title>Elm\nLab" in found.svg
    assert "RLHF" in found.svg
    assert 0 < found.at < 1


def test_the_card_itself_is_ringed() -> None:
    models = [model("oak"), model("elm", date(2022, 1, 1))]
    assert picture_of(models, "oak").svg.count('stroke="var(--ink)"') == 1
    assert picture_of(models, "oak").svg != picture_of(models, "elm").svg


def test_descent_is_traced_over_what_is_not_drawn() -> None:
    root, gone = model("oak"), model("gone", date(2021, 9, 1), parents=(("oak", "finetune"),))
    leaf = model("leaf", date(2022, 1, 1), parents=(("gone", "finetune"),))
    found = picture_of([root, leaf], around=[gone])
    assert found.chips == 2
    assert "gone" not in found.svg
    assert found.svg != picture_of([root, leaf]).svg


def test_years_are_told_by_how_far_down_they_begin() -> None:
    found = picture_of([model("oak", date(2020, 6, 1)), model("elm", date(2022, 6, 1))])
    years = dict(found.years)
    assert {2021, 2022} <= years.keys()
    assert 0 < years[2022] < years[2021] < 100


def test_one_dated_model_is_no_family_and_neither_are_more_than_fit(monkeypatch) -> None:
    assert picture_of([model("oak")]) is None
    assert picture_of([model("oak"), model("elm", None)]) is None
    monkeypatch.setattr(family, "LIMIT", 2)
    assert picture_of([model("oak"), model("elm")]) is not None
    assert picture_of([model("oak"), model("elm"), model("fir")]) is None


def test_when_time_is_up_there_is_no_picture() -> None:
    assert picture_of([model("oak"), model("larch")], stop=lambda: True) is None


def test_of_a_large_family_sizes_share_a_chip(monkeypatch) -> None:
    sizes = [model(f"oak-{size}b", name=f"Oak {size}B", parameters=size * 10**9) for size in (1, 7, 70)]
    models = [*sizes, model("elm", date(2022, 1, 1), parents=(("oak-7b", "finetune"),))]
    assert picture_of(models, "oak-7b").chips == 4
    monkeypatch.setattr(family, "MOST", 3)
    found = picture_of(models, "oak-7b")
    assert (found.models, found.chips) == (4, 2)
    assert found.svg.count('stroke="var(--ink)"') == 1


def test_of_a_family_beyond_what_a_panel_holds_the_nearest_are_drawn(monkeypatch) -> None:
    line = [model("m0", name="Fir 0")]
    for number in range(1, 8):
        parents = ((f"m{number - 1}", "finetune"),)
        line.append(model(f"m{number}", date(2021, 5 + number // 2, 1 + number), name=f"Fir {number}", parents=parents))
    monkeypatch.setattr(family, "MOST", 2)
    monkeypatch.setattr(family, "CHIPS", 3)
    found = picture_of(line, "m4")
    assert (found.chips, found.further) == (3, 5)
    assert [name for name in range(8) if f"<title>Fir {name}\n" in found.svg] == [3, 4, 5]


def test_no_step_leads_over_a_card_that_is_not_shown(monkeypatch) -> None:
    hidden = (("hidden", "finetune"),)
    oak, bridged = model("oak", parents=hidden), model("bridged", date(2021, 6, 1), name="Bridged", parents=hidden)
    ash = model("ash", date(2021, 7, 1), name="Ash", parents=(("oak", "finetune"),))
    fir = model("fir", date(2021, 8, 1), name="Fir", parents=(("ash", "finetune"),))
    monkeypatch.setattr(family, "MOST", 2)
    monkeypatch.setattr(family, "CHIPS", 3)
    found = picture_of([oak, bridged, ash, fir])
    assert "<title>Fir\n" in found.svg
    assert "Bridged" not in found.svg


@pytest.mark.parametrize("name", ["<b>Oak</b>", "نموذج", "模型" * 60, "Oak & Elm"])
def test_odd_names_are_drawn_and_never_markup(name) -> None:
    found = picture_of([model("oak", name=name), model("elm")])
    assert "<b>" not in found.svg
    assert found.chips == 2
