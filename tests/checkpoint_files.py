"""Checkpoint directories for tests that never load a weight."""

import json
import struct
from pathlib import Path

CONFIGS = {
    "decoder-only": {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_positions": 128},
    "encoder-only": {"model_type": "bert", "architectures": ["BertForMaskedLM"], "max_position_embeddings": 128},
    "encoder-decoder": {
        "model_type": "t5",
        "architectures": ["T5ForConditionalGeneration"],
        "is_encoder_decoder": True,
    },
}


def write_checkpoint(folder: Path, family: str = "decoder-only", parameters: int = 1000) -> Path:
    """A directory whose header and size agree; its weights are zeros."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIGS[family] | {"vocab_size": 900}))
    header = {"weight": {"dtype": "F32", "shape": [parameters], "data_offsets": [0, 4 * parameters]}}
    text = json.dumps(header).encode()
    with (folder / "model.safetensors").open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        stream.truncate(8 + len(text) + 4 * parameters)
    return folder
