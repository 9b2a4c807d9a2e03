"""What is refused, and with which words: the file, the line or the field, and why. Never half a file."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command

from evaluation.models import Cell, SampleSet, Score, StatedModel, Task
from modelcards.models import ModelCard
from tests.evaluation.results.files import (
    bring_in,
    bring_in_bytes,
    lines,
    new_results,
    old_results,
    sample,
    write,
    zipped,
)

pytestmark = pytest.mark.django_db
DATE = "2024-07-15T16-12-18.324809"


def refused(tmp_path, found, name="r.json"):
    """The only reason why a file is refused; nothing of it is stored."""
    [one] = bring_in(write(tmp_path, name, found))
    assert one.outcome == "refused", one
    for table in (ModelCard, Cell, Score, StatedModel, Task):
        assert not table.objects.exists()
    return one.errors[0]


def with_value(value):
    found = new_results()
    found["results"]["blue"]["acc,none"] = value
    return json.dumps(found)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        ("0.5", "'0.5'"),
        (None, "null"),
        (True, "True"),
        ([0.5], "[0.5]"),
    ],
)
def test_a_value_that_is_no_number_refuses_the_whole_file_and_names_the_field(tmp_path, value, shown):
    error = refused(tmp_path, with_value(value))
    assert (error.file, error.column) == ("r.json", "results.blue.acc,none")
    assert error.reason == f"is no number: {shown}"


def test_a_number_beyond_all_numbers_is_refused(tmp_path):
    text = with_value(12345).replace("12345", "1" + "0" * 400)
    assert "is no number" in refused(tmp_path, text).reason


def test_a_standard_error_that_is_text_is_refused(tmp_path):
    found = new_results()
    found["results"]["red"]["acc_stderr,none"] = "small"
    error = refused(tmp_path, json.dumps(found))
    assert (error.column, error.reason) == ("results.red.acc_stderr,none", "is no standard error: 'small'")


def test_truncated_json_is_named_by_its_last_line(tmp_path):
    text = json.dumps(old_results(), indent=2)
    error = refused(tmp_path, text[: len(text) // 2])
    assert error.reason == "ends in the middle: the file is cut off"
    assert error.line == text[: len(text) // 2].count("\n") + 1


def test_broken_json_is_named_by_line_and_column(tmp_path):
    error = refused(tmp_path, '{"results": {},\n "config": nope}')
    assert error.line == 2
    assert "is not JSON" in error.reason


def test_a_key_that_stands_twice_is_refused(tmp_path):
    error = refused(tmp_path, '{"results": {"a": {"acc": 0.5, "acc": 0.6}}, "config": {}}')
    assert error.reason == "the key “acc” stands twice in one object"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "no object “results”"),
        ('{"results": {}}', "no object “config”"),
        ('{"results": {}, "config": {}}', "names no task"),
        ('{"results": {"a": {"alias": "a"}}, "config": {}}', "no number at all"),
        ('{"results": {"a": 1}, "config": {}}', "no object of metrics"),
        ('{"results": {"a": {"acc": 1}}, "config": {}}', "no model is named"),
        ('{"results": {"a": {"acc": 1}}, "config": {"model": "m", "num_fewshot": -1}}', "no whole number"),
        ('{"results": {"a": {"acc": 1}}, "config": {"model": "m", "num_fewshot": [1, 2]}}', "2 shot counts for 1"),
        ('{"results": {"a": {"acc": 1}}, "config": {"model": "m", "limit": 0.1}}', "does not say how many documents"),
        ('{"results": {"a": {"acc": 1}}, "config": {"model": "m", "limit": "few"}}', "no number of documents"),
        ('{"results": {"' + "a" * 201 + '": {"acc": 1}}, "config": {"model": "m"}}', "at most 200 letters"),
        ('{"results": {"a": {"' + "m" * 61 + '": 1}}, "config": {"model": "m"}}', "longer than 60 letters"),
        ("[" * 100_000, "nested too deeply"),
        ('{"results": ' + "9" * 5000 + "}", "a number that is none"),
    ],
)
def test_what_is_no_results_file_is_told(tmp_path, text, words):
    assert words in refused(tmp_path, text).reason


def test_bytes_that_are_no_text_are_named_by_line(tmp_path):
    error = refused(tmp_path, b'{"results":\n "\xff"}')
    assert (error.line, error.reason) == (2, "is not UTF-8 text")


def test_nul_and_halves_of_pairs_do_not_reach_the_database(tmp_path):
    found = old_results(results={"a\x00b": {"acc": 0.5}})
    found["config"]["model_args"] = "pretrained=lab\ud800/x"
    [one] = bring_in(write(tmp_path, "r.json", json.dumps(found)))
    assert one.outcome == "new", one.errors


def test_a_gigabyte_is_refused_before_it_is_read(tmp_path, settings):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(2**30)
    [one] = bring_in(path)
    assert one.errors[0].reason == "is larger than 64 MB, the most that such a file may have here"


def test_a_stream_without_a_size_is_read_no_further_than_the_limit(settings):
    from evaluation.results.jsontext import read_bounded
    from evaluation.results.shapes import ResultsError

    class Endless(BytesIO):
        taken = 0

        def read(self, count=-1):
            self.taken += count
            return b" " * count

    endless = Endless()
    with pytest.raises(ResultsError):
        read_bounded(endless, "x.json", 1000)
    assert endless.taken == 1001


def test_a_zip_bomb_and_paths_out_of_it_are_refused_by_name(settings):
    settings.HUB_RESULTS_FILE_MB = 1
    raw = zipped(
        {
            "bomb.json": b"\0" * (3 * 2**20),
            "../out.json": old_results(),
            "/etc/passwd.json": old_results(),
            "inner.zip": b"PK",
            "good.json": old_results(),
        }
    )
    found = {
        one.file: (one.outcome, one.errors[0].reason if one.errors else "") for one in bring_in_bytes("a.zip", raw)
    }
    assert found["a.zip/good.json"] == ("new", "")
    assert "unpacks to 3 MB" in found["a.zip/bomb.json"][1]
    assert "leads out of the archive" in found["a.zip/../out.json"][1]
    assert "leads out of the archive" in found["a.zip//etc/passwd.json"][1]
    assert "archive within the archive" in found["a.zip/inner.zip"][1]


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_declares(settings):
    raw = bytearray(zipped({"r.json": json.dumps(old_results())}))
    where = raw.rindex(b"PK\x01\x02") + 24  # the declared size in the directory of the zip
    raw[where : where + 4] = (50).to_bytes(4, "little")
    [one] = bring_in_bytes("a.zip", bytes(raw))
    assert one.outcome == "refused"


def test_what_is_no_zip_is_refused():
    [one] = bring_in_bytes("a.zip", b"PK\x03\x04 not really")
    assert "is not a zip file that can be read" in one.errors[0].reason


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (lines([sample(0)]) + '{"doc_id": 1, "doc": {', 2, "", "cut off"),
        (lines([sample(0)]) + "[1]\n", 2, "", "no object of a sample"),
        (lines([sample(0), {**sample(1), "doc_id": "x"}]), 2, "doc_id", "a whole one"),
        (lines([{**sample(0), "resps": "text"}]), 1, "resps", "not as lm-eval logs it"),
        (lines([{**sample(0), "arguments": 3}]), 1, "arguments", "not as lm-eval logs it"),
        ("\n\n", 1, "", "holds no samples"),
    ],
)
def test_bad_samples_refuse_the_file_with_its_line(tmp_path, text, line, column, words):
    write(tmp_path, f"results_{DATE}.json", json.dumps(new_results()))
    write(tmp_path, f"samples_red_{DATE}.jsonl", text)
    [one] = bring_in(tmp_path)
    error = one.errors[0]
    assert (error.file, error.line, error.column) == (f"samples_red_{DATE}.jsonl", line, column)
    assert words in error.reason
    assert not Score.objects.exists()
    assert not SampleSet.objects.exists()


def test_samples_beyond_their_limit_are_refused(tmp_path, settings):
    settings.HUB_RESULTS_SAMPLES_MB = 1
    write(tmp_path, f"results_{DATE}.json", json.dumps(new_results()))
    write(tmp_path, f"samples_red_{DATE}.jsonl", lines([sample(0, note="x" * 2**20)]))
    [one] = bring_in(tmp_path)
    assert "larger than 1 MB" in one.errors[0].reason


def test_samples_without_results_and_other_files_are_told(tmp_path):
    write(tmp_path, f"a/samples_red_{DATE}.jsonl", lines([sample(0)]))
    write(tmp_path, "config.json", "{}")
    outcomes = {one.file: one.errors[0].reason for one in bring_in(tmp_path)}
    assert "the results file of the same date is not beside it" in outcomes[f"a/samples_red_{DATE}.jsonl"]
    assert "no object “results”" in outcomes["config.json"]


def test_a_bad_file_does_not_keep_the_others_out(tmp_path, capsys):
    write(tmp_path, "a.json", "{")
    write(tmp_path, "b.json", json.dumps(old_results()))
    with pytest.raises(CommandError, match=r"1 refused; all others were taken"):
        call_command("import_results", str(tmp_path))
    said = capsys.readouterr()
    assert "a.json:1: ends in the middle" in said.err
    assert "new: b.json, org/tiny-1b → org--tiny-1b" in said.out
    assert "1 new, 0 changed, 0 unchanged, 1 refused" in said.out
    assert Score.objects.count() == 4


def test_the_command_tries_and_prints_json(tmp_path, capsys):
    write(tmp_path, "b.json", json.dumps(old_results()))
    call_command("import_results", str(tmp_path), "--dry-run", "--json")
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["outcome"] == "new"
    assert not Score.objects.exists()


def test_links_out_of_a_folder_are_not_followed(tmp_path):
    write(tmp_path, "outside/b.json", json.dumps(old_results()))
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.json").symlink_to(tmp_path / "outside" / "b.json")
    assert bring_in(inside) == []
