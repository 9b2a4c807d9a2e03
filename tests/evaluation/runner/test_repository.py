"""Checkpoints that are named by a repository: from the cache, or fetched where the site allows it."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def asked(monkeypatch, tmp_path) -> dict[str, Any]:
    """What the hub's library was asked for, instead of the hub."""
    import huggingface_hub

    said: dict[str, Any] = {}

    def fetch(repository: str, **named: Any) -> str:
        said.update(named, repository=repository)
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    return said


@pytest.mark.parametrize("offline", [True, False])
def test_a_repository_is_fetched_only_where_that_is_allowed(asked, offline, monkeypatch, tmp_path):
    from huggingface_hub import constants

    from evaluation.core.protocol import ModelSpec
    from evaluation.runner.loading import find_directory

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)
    assert find_directory(ModelSpec("decoder-only", repo_id="house/oak", revision="v2")) == tmp_path
    assert (asked["repository"], asked["revision"], asked["local_files_only"]) == ("house/oak", "v2", offline)


def test_neither_pickles_nor_code_are_fetched(asked):
    from fnmatch import fnmatch

    from evaluation.core.protocol import ModelSpec
    from evaluation.runner.loading import find_directory

    find_directory(ModelSpec("decoder-only", repo_id="house/oak"))
    files = ["model.safetensors", "config.json", "pytorch_model.bin", "modeling_oak.py", "weights.pt"]
    taken = [name for name in files if any(fnmatch(name, pattern) for pattern in asked["allow_patterns"])]
    assert taken == ["model.safetensors", "config.json"]
