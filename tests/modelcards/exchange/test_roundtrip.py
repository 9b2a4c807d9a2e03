"""Out and in again: the same catalog, and the second export is the first one byte for byte."""

import io
import random
import zipfile
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.http import QueryDict
from huggingface_hub import ModelCard as HubCard

from modelcards.exchange.documents import chosen_ids, documents, operator
from modelcards.exchange.items import Source, file_items
from modelcards.exchange.passes import read_items, take
from modelcards.exchange.readme import write_card
from modelcards.exchange.seen import Seen
from modelcards.exchange.streams import FORMATS
from modelcards.fields import FIELDS
from modelcards.filters import ModelFilters
from modelcards.models import Fact, Lineage, ModelCard
from modelcards.taxonomy import FAMILIES, OBJECTIVES, RELATIONS, STAGES
from tests.factories import make_benchmark, make_card, make_checkpoint, make_fact, make_published

pytestmark = pytest.mark.django_db
ENDINGS = {"json": "json", "cards": "zip", "csv": "csv"}


def everything(user=None):
    user = user or operator()
    return documents(chosen_ids(ModelFilters.parse(QueryDict()), user), user)


def export(key):
    return b"".join(FORMATS[key].pieces(everything()))


def bring(key, raw):
    source = Source(f"catalog.{ENDINGS[key]}", lambda: io.BytesIO(raw))
    outcomes = take(list(read_items(file_items(source))), user=None, seen=Seen(), dry=False)
    return [one.outcome for one in outcomes]


def empty():
    Lineage.objects.all().delete()
    ModelCard.objects.all().delete()


def lineage():
    return set(Lineage.objects.values_list("child__slug", "parent__slug", "relation"))


def make_random(seed, number=14):
    """A catalog with everything that a card can have, and with words that formats stumble over."""
    chance = random.Random(seed)
    words = [
        "naïve",
        "=1+1",
        "'quoted'",
        "a, b",
        'say "so"',
        "智谱",
        "- dash",
        "key: value",
        "#5",
        "line\nbreak",
        "no",
        "~",
    ]
    boolq = make_benchmark(f"boolq_{seed}")
    cards = [make_card(f"Card {seed} {n}", hf_repo="", open_weights=None, stage="") for n in range(number)]
    for place, card in enumerate(cards):
        stated = {
            "name": f"{chance.choice(words).replace(chr(10), ' ')} {place}",
            "architecture_family": chance.choice(list(FAMILIES)),
            "objective": chance.choice(list(OBJECTIVES)),
            "stage": chance.choice(list(STAGES)),
            "parameters": str(chance.randrange(1, 10**12)),
            "release_date": chance.choice(["2023", "2023-02", "2023-02-24"]),
            "languages": "; ".join(chance.sample(["en", "zh", "no", "de"], 2)),
            "open_weights": chance.choice(["yes", "no"]),
            "limits": chance.choice(words),
            "hf_repo": f"org/{place % 7}",
        }
        if place and chance.random() < 0.6:
            parents = chance.sample(cards[:place], min(place, chance.choice([1, 1, 2])))
            stated["base_model"] = "; ".join(parent.slug for parent in parents)
            stated["relation"] = chance.choice(list(RELATIONS))
        for field in chance.sample(sorted(set(stated) - {"name", "base_model", "relation"}), 3):
            del stated[field]
        for field, value in stated.items():
            make_fact(card, field, value, source=chance.choice(words) + " source", citation="https://example.org/a?b=c")
        make_fact(card, "layers", "12", source="another source", chosen=False, confidence="inferred")
        card.card_text = chance.choice(
            ["", "# Text\n\n---\n\nwords", "---\nlicense: mit\n---\nnot metadata", "<b>x</b>"]
        )
        card.visibility = chance.choice(["public", "internal", "restricted"])
        card.save()
        make_published(card, boolq, value=chance.choice([0.5, 1 / 3, 0.1 + 0.2]), source=f"paper {place}")
        if chance.random() < 0.5:
            make_checkpoint(
                card, path="", repo_id="org/x", revision=f"step{place}", tokens_seen=10**12, sha256="a" * 64
            )


@pytest.fixture
def shipped():
    """The catalog that ships."""
    call_command("load_catalog", verbosity=0)


@pytest.mark.slow
@pytest.mark.parametrize("key", list(ENDINGS))
def test_the_shipped_catalog_comes_back_byte_for_byte(shipped, key):
    before, links = export(key), lineage()
    count = ModelCard.objects.count()
    assert bring(key, before) == ["unchanged"] * count
    empty()
    assert bring(key, before) == ["new"] * count
    assert export(key) == before
    assert lineage() == links
    assert bring(key, before) == ["unchanged"] * count


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("key", list(ENDINGS))
def test_random_catalogs_come_back_byte_for_byte(seed, key):
    make_random(seed)
    before = export(key)
    empty()
    assert set(bring(key, before)) == {"new"}
    assert export(key) == before
    assert set(bring(key, before)) == {"unchanged"}


@pytest.mark.parametrize("key", ["json", "cards"])
def test_nothing_of_a_fact_is_lost(key):
    make_random(99)
    columns = ("card__slug", "field", "value", "source", "citation", "confidence", "chosen")
    before = set(Fact.objects.values_list(*columns))
    raw = export(key)
    empty()
    bring(key, raw)
    assert set(Fact.objects.values_list(*columns)) == before


@pytest.mark.slow
def test_parquet_has_the_columns_of_the_table_with_their_types(shipped):
    raw = export("parquet")
    rows = pq.read_table(io.BytesIO(raw)).to_pylist()
    assert [row["slug"] for row in rows] == sorted(row["slug"] for row in rows)
    llama = next(row for row in rows if row["slug"] == "llama-7b")
    assert llama["parameters"] == ModelCard.objects.get(slug="llama-7b").parameters
    assert (llama["open_weights"], llama["modality"], llama["release_day"].year) == (True, ["text"], 2023)
    assert set(FIELDS) < set(llama)
    assert len(rows) == ModelCard.objects.count()


@pytest.mark.slow
def test_the_hub_reads_our_cards(shipped):
    for document in list(everything())[::12]:
        card: Any = HubCard(write_card(document))
        if document["scores"]:
            assert len(card.data.eval_results) == len(document["scores"])
        assert card.text.strip() == document["text"].strip()


def test_a_card_for_the_hub_names_its_terms_and_its_base():
    make_card("Base", slug="meta--base", hf_repo="meta/base")
    card = make_card("Tuned", slug="tuned")
    for field, value in {
        "name": "Tuned",
        "licence_id": "mit",
        "base_model": "meta--base",
        "relation": "adapter",
    }.items():
        make_fact(card, field, value)
    document = next(one for one in everything() if one["slug"] == "tuned")
    data: Any = HubCard(write_card(document)).data
    assert (data.license, data.base_model, data.base_model_relation) == ("mit", ["meta/base"], "adapter")


def test_a_base_model_that_the_reader_may_not_see_does_not_leave(stranger, owner):
    make_card("Secret", slug="secret", visibility="restricted", owner=owner)
    card = make_card("Child", slug="child")
    for field, value in {"name": "Child", "base_model": "secret", "relation": "finetune"}.items():
        make_fact(card, field, value)
    assert "secret" not in str(list(everything(stranger)))
    assert "secret" in str(list(everything(owner)))


def test_paths_of_this_machine_do_not_leave():
    make_checkpoint(make_card("Local", slug="local"), path="somewhere/on/disk")
    assert b"somewhere" not in export("json") + export("cards")


def test_the_zip_is_the_same_on_every_day():
    make_random(3)
    assert export("cards") == export("cards")
    assert zipfile.ZipFile(io.BytesIO(export("cards"))).testzip() is None
