"""What the cards of a generated catalog are like; no database."""

from collections import Counter, defaultdict
from itertools import count

import pytest

from benchmarks.catalog.rows import COLUMNS, Rows, Writer
from modelcards import taxonomy
from modelcards.fields import FIELDS, read_slug

CARDS = 1500


class Ids(dict[str, int]):
    """Gives an id to every name that is asked for."""

    def __init__(self) -> None:
        self.numbers = count(1)

    def __missing__(self, name: str) -> int:
        self[name] = next(self.numbers)
        return self[name]


def written(seed: int, cards: int = CARDS) -> Rows:
    rows: Rows = {table: [] for table in COLUMNS}
    for chunk in Writer(cards, seed, defaultdict(Ids)).chunks():
        for table, lines in chunk.items():
            rows[table] += lines
    return rows


@pytest.fixture(scope="module")
def rows() -> Rows:
    return written(1)


def column(rows: Rows, table: str, name: str) -> list:
    place = COLUMNS[table].split().index(name)
    return [line[place] for line in rows[table]]


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(rows: Rows) -> None:
    assert written(1) == rows
    assert written(2)["ModelCard"] != rows["ModelCard"]


def test_the_rows_do_not_hang_on_the_size_of_a_chunk(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.catalog.rows.CHUNK", 700)
    smaller = written(1)
    texts = COLUMNS["ModelCard"].split().index("card_text")
    for table in COLUMNS:
        if table != "ModelCard":
            assert len(smaller[table]) == pytest.approx(len(rows[table]), rel=0.1)
    assert [line[:texts] for line in smaller["ModelCard"]] == [line[:texts] for line in rows["ModelCard"]]


def test_names_and_addresses_are_unique_and_valid(rows: Rows) -> None:
    slugs, names = column(rows, "ModelCard", "slug"), column(rows, "ModelCard", "name")
    assert len(set(slugs)) == len(set(names)) == CARDS
    assert all(read_slug(slug) == slug for slug in slugs)
    former = column(rows, "FormerSlug", "slug")
    assert former
    assert not set(former) & set(slugs)


def test_every_card_has_eight_facts_with_a_source_that_can_be_read(rows: Rows) -> None:
    facts = Counter(card for card, chosen in zip(*chosen_facts(rows), strict=True) if chosen)
    assert len(facts) == CARDS
    assert min(facts.values()) >= 8
    assert all(column(rows, "Fact", "source"))
    for field, value in zip(column(rows, "Fact", "field"), column(rows, "Fact", "value"), strict=True):
        FIELDS[field].read(value)


def chosen_facts(rows: Rows) -> tuple[list[int], list[bool]]:
    return column(rows, "Fact", "card_id"), column(rows, "Fact", "chosen")


def test_texts_have_one_to_four_kilobytes_and_some_are_chinese(rows: Rows) -> None:
    texts = column(rows, "ModelCard", "card_text")
    sizes = [len(text.encode()) for text in texts]
    assert min(sizes) > 900
    assert max(sizes) < 4800
    assert 0.05 < sum("介绍" in text for text in texts) / CARDS < 0.4


def test_half_have_a_base_model_and_a_tenth_has_scores(rows: Rows) -> None:
    assert 0.45 < len(set(column(rows, "Lineage", "child_id"))) / CARDS < 0.55
    assert 0.07 < len(set(column(rows, "evaluation.Score", "card_id"))) / CARDS < 0.13
    assert set(column(rows, "Lineage", "relation")) <= set(taxonomy.RELATIONS)


def test_a_base_model_is_never_younger_than_what_was_made_from_it(rows: Rows) -> None:
    days = Writer(CARDS, 1, defaultdict(Ids)).plan.day
    pairs = list(zip(column(rows, "Lineage", "child_id"), column(rows, "Lineage", "parent_id"), strict=True))
    assert all(days[parent - 1] <= days[child - 1] and parent != child for child, parent in pairs)


def test_a_few_cards_are_restricted_to_people_and_most_are_public(rows: Rows) -> None:
    shares = Counter(column(rows, "ModelCard", "visibility"))
    assert shares["public"] > 0.95 * CARDS
    restricted = dict(zip(column(rows, "ModelCard", "id"), column(rows, "ModelCard", "owner_id"), strict=True)).items()
    owned = {card for card, owner in restricted if owner}
    assert len(owned) == shares["restricted"] > 0
    assert set(column(rows, "ModelCard.readers", "modelcard_id")) == owned


def test_properties_go_together(rows: Rows) -> None:
    pairs = Counter(
        zip(column(rows, "ModelCard", "architecture_family"), column(rows, "ModelCard", "objective"), strict=True)
    )
    assert pairs["decoder-only", "causal-lm"] > 10 * pairs["decoder-only", "masked-lm"]
    assert pairs["encoder-only", "masked-lm"] > 10 * pairs["encoder-only", "causal-lm"]
    years = Counter(str(day)[:4] for day in column(rows, "ModelCard", "release_date") if day)
    assert years["2025"] > 2 * years["2022"] > 4 * years["2018"]
    makers = Counter(column(rows, "ModelCard.organisations", "organisation_id")).most_common()
    assert makers[0][1] > 5 * makers[len(makers) // 2][1]
