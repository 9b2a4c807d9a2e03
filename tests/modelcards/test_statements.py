"""Reading files of facts: all errors of a file, by line and column."""

import pytest

from modelcards.statements import read_checkpoints, read_claims, read_models
from modelcards.tables import TableError

HEAD = (
    "slug,name,architecture_family,stage,parameters,release_date,base_model,relation,paper,hf_repo,licence,confidence\n"
)
GOOD = "tree-7b,Tree 7B,decoder-only,base,7B,2023-02,,,2302.13971,maker/tree,mit,checked\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="facts.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def refusal(reader, path, *known):
    with pytest.raises(TableError) as refused:
        reader(path, "facts.csv", *known)
    return refused.value.errors


def test_each_fact_carries_the_source_of_its_row(file):
    stated = {fact.field: fact for fact in read_models(file(HEAD + GOOD), "facts.csv", ())["tree-7b"]}
    assert (stated["parameters"].value, stated["parameters"].source) == ("7B", "arXiv:2302.13971")
    assert stated["parameters"].citation == "https://arxiv.org/abs/2302.13971"
    assert stated["licence"].source == "Hugging Face: maker/tree"
    assert "base_model" not in stated


def test_all_errors_of_a_file_are_named_by_line_and_column(file):
    bad = (
        "Tree,Tree,decoder,base,many,2023-02,,,,,,checked\n"
        "b,,decoder-only,base,,soon,,,,,,sure\n"
        "c,C,decoder-only,base,,,nowhere,finetune,,,,checked\n"
        "d,D,decoder-only,base,,,tree-7b,,,,,checked\n"
    )
    errors = refusal(read_models, file(HEAD + GOOD + bad), ())
    assert [(error.line, error.column) for error in errors] == [
        (3, "slug"),
        (3, "architecture_family"),
        (3, "parameters"),
        (4, "name"),
        (4, "confidence"),
        (4, "release_date"),
        (5, "base_model"),
        (6, "relation"),
    ]
    assert "one of: decoder-only, encoder-only" in errors[1].reason
    assert "write for example 300M" in errors[2].reason
    assert str(errors[3]) == "facts.csv:4, name: is blank; a value is needed"


def test_a_slug_twice_is_refused_with_the_line_of_the_first(file):
    [error] = refusal(read_models, file(HEAD + GOOD + GOOD), ())
    assert (error.line, error.column) == (3, "slug")
    assert "line 2" in error.reason


def test_a_model_that_descends_from_itself_is_refused(file):
    rows = "a,A,decoder-only,base,,,b,finetune,,,,checked\nb,B,decoder-only,base,,,a,finetune,,,,checked\n"
    assert {error.line for error in refusal(read_models, file(HEAD + rows), ())} == {2, 3}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "empty"),
        ("slug,name\n", 1, "missing"),
        (HEAD.replace("paper", "papre") + GOOD, 1, "no such column"),
        (HEAD + GOOD.replace("Tree 7B", '"Tree 7B'), 2, "not CSV"),
        (HEAD + GOOD.replace("mit,", ""), 2, "cells"),
        (HEAD.encode() + GOOD.encode() + b"\xff\xfe\n", 3, "UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(file, text, line, reason):
    errors = refusal(read_models, file(text), ())
    assert errors[0].line == line
    assert reason in " ".join(error.reason for error in errors)


def test_lines_inside_quotes_do_not_shift_the_line_numbers(file):
    rows = GOOD.replace("Tree 7B", '"Tree\n7B"') + "b,B,nothing,base,,,,,,,,checked\n"
    errors = refusal(read_models, file(HEAD + rows), ())
    assert [(error.line, error.column) for error in errors] == [(4, "architecture_family")]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(file):
    text = "\ufeff" + (HEAD + GOOD).replace("\n", "\r\n")
    assert list(read_models(file(text), "facts.csv", ())) == ["tree-7b"]


def test_a_claim_is_checked_like_the_field_it_is_about(file):
    rows = "slug,field,value,source\ntree,parameters,lots,a paper\ntree,height,3,a paper\nbush,stage,base,a paper\n"
    errors = refusal(read_claims, file(rows), {"tree"})
    assert [(error.line, error.column) for error in errors] == [(2, "value"), (3, "field"), (4, "slug")]


@pytest.mark.parametrize("path", ["/etc", "../secret", "a/../../b", "a\\..\\b"])
def test_a_checkpoint_outside_the_checkpoint_directories_is_refused(file, path):
    [error] = refusal(read_checkpoints, file(f"model_slug,path\ntree,{path}\n"), {"tree"})
    assert error.column == "path"


def test_a_checkpoint_needs_one_place_and_a_real_hash(file):
    rows = "model_slug,path,repo_id,sha256\ntree,,,\ntree,a,b/c,\nbush,a,,12\n"
    errors = refusal(read_checkpoints, file(rows), {"tree"})
    assert {(error.line, error.column) for error in errors} == {
        (2, "path"),
        (3, "path"),
        (3, "revision"),
        (4, "model_slug"),
        (4, "sha256"),
    }
