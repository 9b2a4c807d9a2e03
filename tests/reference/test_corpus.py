"""The corpus is the same for a seed, and holds every kind of page."""

from itertools import islice

from reference.corpus import KIND_SHARES, PAGE_LENGTHS, pages
from reference.exercises import KINDS


def texts(seed: int, count: int = 300) -> list[str]:
    return [page.text for page in islice(pages(seed), count)]


def test_a_seed_gives_the_same_pages():
    assert texts(1) == texts(1)


def test_another_seed_gives_other_pages():
    assert texts(1) != texts(2)


def test_every_kind_and_every_length_comes():
    drawn = list(islice(pages(1), 1000))
    assert {page.kind for page in drawn} == {kind.name for kind in KINDS} == set(KIND_SHARES)
    assert {len(page.lines) for page in drawn} == set(PAGE_LENGTHS)


def test_lines_stand_apart_as_shots_do():
    page = next(page for page in pages(1) if len(page.lines) == 2)
    first, second = page.lines
    assert page.text == f"{first.prompt} {first.answer}\n\n{second.prompt} {second.answer}"
