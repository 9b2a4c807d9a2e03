from evaluation.models import Origin
from evaluation.plots.marks import FILLINGS, NO_STAGE, SHAPES, colour, diameter, shape, symbol
from modelcards.taxonomy import FAMILIES, STAGES


def test_every_stage_has_a_shape_of_its_own():
    assert set(SHAPES) == set(STAGES)
    assert len({one.symbol for one in (*SHAPES.values(), NO_STAGE)}) == len(SHAPES) + 1
    assert len({one.path for one in (*SHAPES.values(), NO_STAGE)}) == len(SHAPES) + 1


def test_each_origin_is_filled_in_its_own_way():
    assert len({symbol("base", origin) for origin in Origin.values}) == 3
    assert FILLINGS[Origin.MEASURED] == ""


def test_every_family_has_a_token_and_an_unknown_one_too():
    assert all(colour(family).startswith("var(--fam-") for family in (*FAMILIES, "", "nonsense"))


def test_an_unknown_stage_has_its_own_shape():
    assert shape("") is NO_STAGE


def test_marks_grow_with_parameters_within_bounds():
    sizes = [diameter(number) for number in (1, 10**7, 10**9, 10**11, 10**12, 10**15)]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == (8.0, 20.0)
    assert diameter(None) == 9.0
