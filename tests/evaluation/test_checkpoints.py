"""What a light process tells of a checkpoint's files, kept until these change."""

import os

import pytest

import evaluation.checkpoints as module
from evaluation.checkpoints import inspect
from evaluation.core.checkpoints import CheckpointError, inspect_checkpoint
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_checkpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def oak(settings, tmp_path):
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    write_checkpoint(tmp_path / "oak", parameters=1000)
    return make_checkpoint(make_card("oak"), path="oak")


def test_files_are_read_once_until_they_change(oak, tmp_path, monkeypatch):
    read = []

    def noted(directory):
        read.append(directory)
        return inspect_checkpoint(directory)

    monkeypatch.setattr(module, "inspect_checkpoint", noted)
    assert [inspect(oak).parameters for _time in range(3)] == [1000, 1000, 1000]
    assert len(read) == 1
    write_checkpoint(tmp_path / "oak", parameters=2000)
    assert inspect(oak).parameters == 2000


def test_another_file_of_the_same_size_and_time_is_read_anew(oak, tmp_path):
    config = tmp_path / "oak" / "config.json"
    assert inspect(oak).architecture_family == "decoder-only"
    before = config.stat()
    other = tmp_path / "other"
    text = config.read_text().replace("GPT2LMHeadModel", "BertForMaskedLM").replace('"gpt2"', '"bert"')
    other.write_text(text)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(config)
    assert config.stat().st_mtime_ns == before.st_mtime_ns
    assert config.stat().st_size == before.st_size
    assert inspect(oak).architecture_family == "encoder-only"


def test_what_cannot_be_read_is_looked_at_again(oak, tmp_path):
    weights = tmp_path / "oak" / "model.safetensors"
    weights.rename(tmp_path / "away")
    with pytest.raises(CheckpointError):
        inspect(oak)
    (tmp_path / "away").rename(weights)
    assert inspect(oak).parameters == 1000
