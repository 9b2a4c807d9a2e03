"""What is read from a checkpoint directory, and what is refused."""

import json
import struct
from pathlib import Path

import pytest

from evaluation.core.checkpoints import CheckpointError, checkpoint_sha256, inspect_checkpoint
from evaluation.core.families import family_of, has_masked_head
from tests.checkpoint_files import write_checkpoint

GPT2 = {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_positions": 64, "vocab_size": 900}


def test_it_reads_parameters_dtype_family_and_length(tmp_path: Path):
    report = inspect_checkpoint(write_checkpoint(tmp_path / "c", parameters=1000))
    assert (report.parameters, report.dtype, report.architecture_family) == (1000, "float32", "decoder-only")
    assert (report.max_length, report.vocabulary, report.model_type) == (128, 900, "gpt2")
    assert report.bytes == (tmp_path / "c" / "model.safetensors").stat().st_size


def test_the_files_of_an_index_are_counted_together(tmp_path: Path):
    one, two = write_checkpoint(tmp_path / "1"), write_checkpoint(tmp_path / "2", parameters=500)
    (two / "model.safetensors").rename(one / "b.safetensors")
    header = (one / "b.safetensors").read_bytes().replace(b'"weight"', b'"another"'[:-1] + b'"')
    size = struct.unpack("<Q", header[:8])[0]
    (one / "b.safetensors").write_bytes(struct.pack("<Q", size + 1) + header[8:])
    (one / "model.safetensors").rename(one / "a.safetensors")
    index = {"weight_map": {"weight": "a.safetensors", "another": "b.safetensors"}}
    (one / "model.safetensors.index.json").write_text(json.dumps(index))
    assert inspect_checkpoint(one).parameters == 1500


def refused(folder: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        inspect_checkpoint(folder)
    return str(caught.value)


def test_a_directory_that_is_not_there_is_refused(tmp_path: Path):
    assert "There is no checkpoint directory" in refused(tmp_path / "nowhere")


def test_a_directory_without_configuration_is_refused(tmp_path: Path):
    assert "no config.json" in refused(tmp_path)


def test_a_configuration_that_is_no_json_is_refused(tmp_path: Path):
    (tmp_path / "config.json").write_text("{")
    assert "cannot be read as JSON" in refused(tmp_path)


def test_a_directory_without_weights_is_refused(tmp_path: Path):
    (write_checkpoint(tmp_path / "c") / "model.safetensors").unlink()
    assert "has no weights" in refused(tmp_path / "c")


def test_weights_as_pickle_are_refused_and_not_opened(tmp_path: Path):
    (write_checkpoint(tmp_path / "c") / "model.safetensors").unlink()
    (tmp_path / "c" / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch owned'\ntR.")
    assert "pytorch_model.bin, a format that can run code" in refused(tmp_path / "c")
    assert not Path("owned").exists()


@pytest.mark.parametrize("keep", [0, 5, 40, -1])
def test_a_truncated_safetensors_file_is_refused(tmp_path: Path, keep: int):
    file = write_checkpoint(tmp_path / "c") / "model.safetensors"
    file.write_bytes(file.read_bytes()[:keep])
    assert "is corrupt" in refused(tmp_path / "c")


@pytest.mark.parametrize(
    "header",
    [b"[]", b"{", b'{"w": 1}', b'{"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}',
     b'{"w": {"dtype": "F32", "shape": [-1], "data_offsets": [0, -4]}}', b"[" * 50_000],
)  # fmt: skip
def test_a_header_that_is_no_table_of_tensors_is_refused(tmp_path: Path, header: bytes):
    file = write_checkpoint(tmp_path / "c") / "model.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 4)
    assert "is corrupt" in refused(tmp_path / "c")


def test_an_index_may_not_name_a_file_outside_the_directory(tmp_path: Path):
    write_checkpoint(tmp_path / "other")
    folder = write_checkpoint(tmp_path / "c")
    index = {"weight_map": {"weight": "../other/model.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "no safetensors file of the directory" in refused(folder)


def test_an_index_that_names_a_missing_file_is_refused(tmp_path: Path):
    folder = write_checkpoint(tmp_path / "c")
    index = {"weight_map": {"weight": "gone.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "gone.safetensors, which the index names, is missing" in refused(folder)


def test_roberta_sees_two_tokens_less_than_it_has_positions(tmp_path: Path):
    folder = write_checkpoint(tmp_path / "c", "encoder-only")
    config = {"model_type": "roberta", "architectures": ["RobertaForMaskedLM"], "max_position_embeddings": 130}
    (folder / "config.json").write_text(json.dumps({**config, "pad_token_id": 1}))
    assert inspect_checkpoint(folder).max_length == 128


def test_the_hash_follows_contents_and_not_times(tmp_path: Path):
    one, two = write_checkpoint(tmp_path / "1"), write_checkpoint(tmp_path / "2")
    assert checkpoint_sha256(one) == checkpoint_sha256(two)
    (two / "config.json").write_text("{}")
    assert checkpoint_sha256(one) != checkpoint_sha256(two)


@pytest.mark.parametrize(
    ("config", "family"),
    [
        (GPT2, "decoder-only"),
        ({"model_type": "llama", "architectures": ["LlamaForCausalLM"]}, "decoder-only"),
        ({"model_type": "bert", "architectures": ["BertForMaskedLM"]}, "encoder-only"),
        ({"model_type": "bert", "architectures": ["BertForPreTraining"]}, "encoder-only"),
        ({"model_type": "bert", "architectures": ["BertLMHeadModel"], "is_decoder": True}, "decoder-only"),
        ({"model_type": "bert", "architectures": ["BertLMHeadModel"]}, "encoder-only"),
        ({"model_type": "t5", "architectures": ["T5Model"], "is_encoder_decoder": True}, "encoder-decoder"),
        ({"model_type": "mamba", "architectures": ["MambaForCausalLM"]}, "recurrent"),
        ({"model_type": "new", "architectures": ["NewForMaskedLM"]}, "encoder-only"),
        ({"model_type": "vit", "architectures": ["ViTForImageClassification"]}, ""),
        ({}, ""),
    ],
)
def test_the_family_follows_from_head_and_model_type(config: dict, family: str):
    assert family_of(config) == family


def test_a_discriminator_has_no_masked_head():
    assert not has_masked_head({"model_type": "electra", "architectures": ["ElectraForPreTraining"]})
    assert has_masked_head({"model_type": "bert", "architectures": ["BertForPreTraining"]})
