"""What a checkpoint directory in Hugging Face format holds, read without loading any weight.

Only ``config.json``, the tokenizer's settings and the headers of the safetensors files are read: JSON and a length
prefix (https://huggingface.co/docs/safetensors). Nothing is executed and no pickle is opened.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.core.families import family_of
from evaluation.core.memory import Sizes, sizes_of

HEADER_LIMIT = 100_000_000
"""The format's own limit of a header, in bytes."""

DTYPE_BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8, "C64": 8,
}  # fmt: skip
DTYPE_NAMES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16", "F64": "float64"}
PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".msgpack", ".h5")
POSITIONS_AFTER_PAD = {
    "camembert", "data2vec-text", "ibert", "longformer", "luke", "mpnet", "roberta", "roberta-prelayernorm",
    "xlm-roberta", "xlm-roberta-xl", "xmod",
}  # fmt: skip
"""Model types that count positions from the pad token's id + 1: two rows of the table are never a token's."""


class CheckpointError(ValueError):
    """A directory that cannot be evaluated; the text is a sentence for a person."""


@dataclass(frozen=True)
class CheckpointReport:
    """What a checkpoint says of itself. ``max_length``: tokens it can see at once, specials included; 0: unknown."""

    path: str
    architecture_family: str
    model_type: str
    architectures: list[str]
    parameters: int
    bytes: int
    dtype: str
    max_length: int
    vocabulary: int
    files: list[str]
    remote_code: bool
    chat_template: bool
    sizes: Sizes = field(default_factory=Sizes)


def inspect_checkpoint(path: str | Path) -> CheckpointReport:
    """Read the directory ``path``. Raises CheckpointError: absent, no weights, pickle only, corrupt, no config."""
    folder = Path(path)
    if not folder.is_dir():
        raise CheckpointError(f"There is no checkpoint directory {folder}.")
    config = _config(folder)
    weights = weight_files(folder)
    tensors = {}
    for file in weights:
        tensors.update(tensor_shapes(file))
    if not tensors:
        raise CheckpointError(f"The weight files in {folder} hold no tensor.")
    tokenizer = _json(folder / "tokenizer_config.json", optional=True)
    text = config.get("text_config") if isinstance(config.get("text_config"), dict) else {}
    return CheckpointReport(
        path=str(folder),
        architecture_family=family_of(config),
        model_type=str(config.get("model_type", "")),
        architectures=[str(name) for name in config.get("architectures") or []],
        parameters=sum(math.prod(shape) for _, shape in tensors.values()),
        bytes=sum(file.stat().st_size for file in weights),
        dtype=_dtype(tensors),
        max_length=_max_length({**(text or {}), **config}),
        vocabulary=_whole(config.get("vocab_size") or (text or {}).get("vocab_size")),
        files=sorted(file.name for file in folder.iterdir() if file.is_file()),
        remote_code="auto_map" in config,
        chat_template="chat_template" in tokenizer or (folder / "chat_template.jinja").is_file(),
        sizes=sizes_of(config),
    )


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files that the checkpoint's index (or its single file) names, sorted, all of them present."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        named = _json(index).get("weight_map")
        if not isinstance(named, dict) or not all(isinstance(name, str) for name in named.values()):
            raise CheckpointError(f"{index.name} in {folder} has no weight_map of file names.")
        files = [_inside(folder, name) for name in sorted(set(named.values()))]
    else:
        files = [folder / "model.safetensors"] if (folder / "model.safetensors").exists() else []
    if absent := [file.name for file in files if not file.is_file()]:
        raise CheckpointError(f"Weight file {absent[0]}, which the index names, is missing in {folder}.")
    if not files:
        raise CheckpointError(_why_no_weights(folder))
    return files


def tensor_shapes(file: Path) -> dict[str, tuple[str, list[int]]]:
    """Name → (dtype, shape) from a safetensors header. Raises CheckpointError when header and length disagree."""
    broken = CheckpointError(f"The safetensors file {file} is corrupt")
    size = file.stat().st_size
    with file.open("rb") as stream:
        prefix = stream.read(8)
        length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else 0
        if not 2 <= length <= min(HEADER_LIMIT, size - 8):
            raise CheckpointError(f"{broken}: its header length does not fit its size of {size} bytes.")
        raw = stream.read(length)
    try:
        header = json.loads(raw)
        header.pop("__metadata__", None)
        shapes = {name: _tensor(entry) for name, entry in header.items()}
        end = max((entry["data_offsets"][1] for entry in header.values()), default=0)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise CheckpointError(f"{broken}: its header is not a table of tensors.") from None
    if end != size - 8 - length:
        raise CheckpointError(f"{broken}: its header describes {8 + length + end} bytes, the file has {size}.")
    return shapes


def checkpoint_sha256(path: str | Path, beat: Callable[[], None] = lambda: None) -> str:
    """SHA-256 over the names and contents of the files that decide a score: weights, configuration, tokenizer.

    ``beat`` is called every few megabytes, for signs of life.
    """
    total = hashlib.sha256()
    for file in _deciding_files(Path(path)):
        total.update(f"{file.name}\0{file_sha256(file, beat)}\n".encode())
    return total.hexdigest()


def file_sha256(file: Path, beat: Callable[[], None] = lambda: None) -> str:
    """SHA-256 of one file; ``beat`` is called every few megabytes."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 22):
            digest.update(block)
            beat()
    return digest.hexdigest()


def _deciding_files(folder: Path) -> Iterator[Path]:
    suffixes = {".json", ".safetensors", ".model", ".txt", ".jinja"}
    return (file for file in sorted(folder.iterdir()) if file.is_file() and file.suffix in suffixes)


def _config(folder: Path) -> dict[str, Any]:
    if not (folder / "config.json").is_file():
        raise CheckpointError(f"{folder} has no config.json, so it is not a checkpoint in Hugging Face format.")
    return _json(folder / "config.json")


def _json(file: Path, *, optional: bool = False) -> dict[str, Any]:
    if optional and not file.is_file():
        return {}
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{file} cannot be read as JSON: {error}.") from None
    if not isinstance(data, dict):
        raise CheckpointError(f"{file} holds no JSON object.")
    return data


def _inside(folder: Path, name: str) -> Path:
    if name != Path(name).name or not name.endswith(".safetensors"):
        raise CheckpointError(f"The index in {folder} names {name!r}, which is no safetensors file of the directory.")
    return folder / name


def _why_no_weights(folder: Path) -> str:
    others = sorted(file.name for file in folder.iterdir() if file.suffix in PICKLE_SUFFIXES)
    if others:
        return (
            f"The weights in {folder} are only there as {others[0]}, a format that can run code when it is opened. "
            "It is refused; convert them to safetensors."
        )
    return f"{folder} has no weights: expected model.safetensors or model.safetensors.index.json."


def _tensor(entry: dict[str, Any]) -> tuple[str, list[int]]:
    dtype, shape, (start, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not all(isinstance(size, int) and size >= 0 for size in [*shape, start, end]):
        raise ValueError("negative or fractional size")
    if dtype in DTYPE_BYTES and math.prod(shape) * DTYPE_BYTES[dtype] != end - start:
        raise ValueError("shape and length disagree")
    return dtype, shape


def _dtype(tensors: dict[str, tuple[str, list[int]]]) -> str:
    """The dtype that most parameters have."""
    counts: dict[str, int] = {}
    for dtype, shape in tensors.values():
        counts[dtype] = counts.get(dtype, 0) + math.prod(shape)
    most = max(counts, key=lambda name: counts[name])
    return DTYPE_NAMES.get(most, most.lower())


def _max_length(config: dict[str, Any]) -> int:
    longest = 0
    for name in ("n_positions", "max_position_embeddings", "n_ctx", "max_sequence_length", "seq_length"):
        longest = longest or _whole(config.get(name))
    if longest and config.get("model_type") in POSITIONS_AFTER_PAD:
        return longest - _whole(config.get("pad_token_id", 1)) - 1
    return longest


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
