"""The shipped checkpoints are what the catalog rows say, and fit into their space."""

import csv
import json
from pathlib import Path

import pytest

from reference.catalog import (
    CHECKPOINT_COLUMNS,
    MODEL_COLUMNS,
    benchmark_rows,
    checkpoint_row,
    model_row,
    parameters,
    sha256,
    tensors,
)
from reference.families import ABOUT
from reference.tokenizer import FAMILIES, MAX_LENGTH, RESERVED

ROOT = Path(__file__).parents[2]
MODELS, FACTS = ROOT / "reference" / "models", ROOT / "reference" / "facts"
by_family = pytest.mark.parametrize("name", ABOUT)


def table(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_text(row: dict[str, object], columns: list[str] | tuple[str, ...]) -> dict[str, str]:
    return {column: str(row.get(column, "")) for column in columns}


def test_six_checkpoints_fit_into_25_megabytes():
    assert {path.name for path in MODELS.iterdir()} == {about.slug for about in ABOUT.values()}
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) <= 25_000_000


def test_the_rows_say_what_the_files_hold():
    assert table("models.csv") == [as_text(model_row(about), MODEL_COLUMNS) for about in ABOUT.values()]
    assert table("checkpoints.csv") == [as_text(checkpoint_row(about), CHECKPOINT_COLUMNS) for about in ABOUT.values()]
    assert table("benchmarks.csv") == [{key: str(value) for key, value in row.items()} for row in benchmark_rows()]


def test_every_model_read_the_same_number_of_tokens():
    assert len({row["tokens_seen"] for row in table("checkpoints.csv")}) == 1


@by_family
def test_weights_are_registered_and_stored_once(name):
    weights = MODELS / ABOUT[name].slug / "model.safetensors"
    row = next(row for row in table("checkpoints.csv") if row["model_slug"] == ABOUT[name].slug)
    assert row["sha256"] == sha256(weights)
    assert {tensor["dtype"] for tensor in tensors(weights).values()} == {"F32"}
    assert weights.stat().st_size < 4 * parameters(weights) + 20_000


@by_family
def test_a_checkpoint_needs_no_code_of_its_own(name):
    folder = MODELS / ABOUT[name].slug
    config = json.loads((folder / "config.json").read_text())
    assert config["model_type"] == name
    assert "auto_map" not in config
    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "README.md"} <= {
        path.name for path in folder.iterdir()
    }


@by_family
def test_the_tokenizers_differ_only_in_their_special_tokens(name):
    def tokenizer(family: str) -> dict:
        return json.loads((MODELS / ABOUT[family].slug / "tokenizer.json").read_text())

    own, other = tokenizer(name), tokenizer("gpt2")
    ordinary = {piece: number for piece, number in own["model"]["vocab"].items() if number >= RESERVED}
    assert ordinary == {piece: number for piece, number in other["model"]["vocab"].items() if number >= RESERVED}
    assert own["model"]["merges"] == other["model"]["merges"]
    assert [token["content"] for token in own["added_tokens"]][: len(FAMILIES[name].specials)] == list(
        FAMILIES[name].specials
    )
    added = (own["post_processor"] or {}).get("special_tokens", {})
    assert bool(added) == (name not in ("gpt2", "llama"))
    config = json.loads((MODELS / ABOUT[name].slug / "tokenizer_config.json").read_text())
    assert config["model_max_length"] == MAX_LENGTH


def test_an_encoder_decoder_is_asked_for_its_first_gap():
    t5 = json.loads((MODELS / "sapling-t5" / "config.json").read_text())
    assert t5["decoder_start_token_id"] == FAMILIES["t5"].id_of("<extra_id_0>")
    bart = json.loads((MODELS / "sapling-bart" / "config.json").read_text())
    assert bart["decoder_start_token_id"] == FAMILIES["bart"].id_of("</s>")


@by_family
def test_a_card_has_the_metadata_that_the_hub_reads(name):
    import yaml

    text = (MODELS / ABOUT[name].slug / "README.md").read_text()
    metadata = yaml.safe_load(text.split("---")[1])
    assert metadata["license"] == "apache-2.0"
    assert metadata["language"] == ["en"]
    assert metadata["model-index"][0]["name"] == ABOUT[name].slug
