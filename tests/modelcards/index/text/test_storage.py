"""The folder of an index: replaced in one step, refused where it is not whole."""

import json

import pytest

from modelcards.index.text import TextIndex, TextIndexError, TextRow

CARDS = [TextRow(pk, f"Model {pk}", f"model-{pk}", ("Maker",), "text of a card " * pk) for pk in range(1, 60)]


def generations(directory):
    return sorted(path for path in directory.iterdir() if path.is_dir())


def test_a_missing_index_is_told(tmp_path):
    with pytest.raises(TextIndexError, match="no text index"):
        TextIndex.open(tmp_path / "none")


@pytest.mark.parametrize("field", ["names", "name_words", "maker_words", "text_words"])
@pytest.mark.parametrize("part", ["terms", "term_starts", "small_starts", "large_starts"])
def test_a_file_that_was_cut_is_told(tmp_path, field, part):
    TextIndex.build(tmp_path, CARDS)
    path = generations(tmp_path)[0] / f"{field}.{part}"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(TextIndexError, match="bytes instead of"):
        TextIndex.open(tmp_path)


def test_a_file_that_is_gone_is_told(tmp_path):
    TextIndex.build(tmp_path, CARDS)
    (generations(tmp_path)[0] / "text_words.large").unlink()
    with pytest.raises(TextIndexError):
        TextIndex.open(tmp_path)


@pytest.mark.parametrize(
    "change", [{"version": 0}, {"format": "other"}, {"files": None}, {"files": {}}, {"documents": "x"}]
)
def test_another_version_or_a_broken_manifest_is_told(tmp_path, change):
    TextIndex.build(tmp_path, CARDS)
    path = generations(tmp_path)[0] / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(TextIndexError):
        TextIndex.open(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\0"])
def test_a_manifest_that_is_none_is_told(tmp_path, content):
    TextIndex.build(tmp_path, CARDS)
    (generations(tmp_path)[0] / "manifest.json").write_text(content)
    with pytest.raises(TextIndexError):
        TextIndex.open(tmp_path)


@pytest.mark.parametrize("content", ["", "../..", "/etc", "\0"])
def test_a_pointer_to_elsewhere_is_not_followed(tmp_path, content):
    TextIndex.build(tmp_path, CARDS)
    (tmp_path / "current").write_text(content)
    with pytest.raises(TextIndexError):
        TextIndex.open(tmp_path)


def test_a_damaged_bitmap_is_told_when_it_is_met(tmp_path):
    TextIndex.build(tmp_path, CARDS)
    path = generations(tmp_path)[0] / "text_words.large"
    path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(TextIndexError, match="damaged"):
        TextIndex.open(tmp_path).search("card")


def test_a_build_replaces_the_one_before_and_readers_of_that_go_on(tmp_path):
    before = TextIndex.build(tmp_path, CARDS)
    after = TextIndex.build(tmp_path, CARDS[:10])
    assert len(generations(tmp_path)) == 1
    assert (before.documents, after.documents) == (59, 10)
    assert len(before.search("card")) == 59
    assert len(TextIndex.open(tmp_path).search("card")) == 10


def test_a_build_that_breaks_off_leaves_the_one_before(tmp_path):
    def broken():
        yield CARDS[0]
        raise RuntimeError("the database went away")

    TextIndex.build(tmp_path, CARDS)
    with pytest.raises(RuntimeError):
        TextIndex.build(tmp_path, broken())
    assert len(generations(tmp_path)) == 1
    assert len(TextIndex.open(tmp_path).search("card")) == 59


@pytest.mark.parametrize("pk", [-1, 2**32])
def test_a_number_that_no_bitmap_holds_is_refused(tmp_path, pk):
    with pytest.raises(ValueError, match="numbers from 0"):
        TextIndex.build(tmp_path, [TextRow(pk, "a", "a", (), "")])
    index = TextIndex.build(tmp_path, [])
    with pytest.raises(ValueError, match="numbers from 0"):
        index.replace(TextRow(pk, "a", "a", (), ""))
    index.remove(pk)


def test_searching_keeps_finding_after_its_pages_were_given_back(tmp_path):
    index = TextIndex.build(tmp_path, CARDS)
    assert [len(index.search(f"model {pk}")) > 0 for pk in range(1, 60)] == [True] * 59
    assert 5 in index.search("model 5").tiers[0]
