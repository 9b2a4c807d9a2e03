"""Which hub data sets are in Hugging Face's cache on this machine, read from its directories."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any


def datasets_cache() -> Path:
    """The cache directory of ``datasets``, as its own environment variables place it."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    home = Path(os.environ.get("HF_HOME") or home)
    return Path(os.environ.get("HF_DATASETS_CACHE") or home / "datasets").expanduser()


def cached_info(dataset: str, name: str | None, cache: Path) -> dict[str, Any] | None:
    """``dataset_info.json`` of a cached data set (configuration ``name``, or any), or None where it is not there."""
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", dataset):
        return None
    *owner, last = dataset.split("/")
    folder = cache / "___".join([*owner, snake_case(last)])
    if not folder.is_dir():
        return None
    for file in sorted(folder.glob("*/*/*/dataset_info.json")):
        info = _info(file)
        if name is None or info.get("config_name") == name or file.parts[-4] == name:
            return info
    return None


def snake_case(name: str) -> str:
    """A data set's name as its cache directory has it (``datasets.naming.camelcase_to_snakecase``)."""
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z\d])([A-Z])", r"\1_\2", name).lower()


def _info(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
