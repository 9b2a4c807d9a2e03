"""The metadata block of a card, from honest and from hostile hands."""

import pytest

from modelcards.exchange.frontmatter import MOST_VALUES, read_metadata, split
from modelcards.exchange.shapes import CardError


def read(block):
    return read_metadata(block, "a.md", 2)


def reason(block):
    with pytest.raises(CardError) as refusal:
        read(block)
    return refusal.value.errors[0]


def test_a_block_between_two_rules_is_split_from_the_text():
    assert split("---\nlicense: mit\n---\n# Text", "a.md") == ("license: mit", 2, "# Text")


def test_blank_lines_before_the_block_are_allowed_as_on_the_hub():
    assert split("\n\n---\nlicense: mit\n---\nText", "a.md") == ("license: mit", 4, "Text")


def test_a_text_without_block_is_all_text():
    assert split("# Only text\n\n---\nrule\n---", "a.md") == (None, 1, "# Only text\n\n---\nrule\n---")


def test_a_rule_at_the_start_is_no_block():
    assert split("---\nSome words.", "a.md")[0] is None


def test_a_block_that_does_not_end_is_refused():
    with pytest.raises(CardError, match="not closed"):
        split("---\nlicense: mit\n# Text", "a.md")


@pytest.mark.parametrize("number", ["0x" + "f" * 6000, "1" + ":1" * 100_000, "9" * 5000, "1." + "9" * 500])
def test_a_number_longer_than_any_is_refused_at_once(number):
    assert "not a number that can be read" in reason(f"license: mit\nlayers: {number}").reason


def test_values_keep_their_lines():
    metadata = read("license: mit\nmodel-index:\n- name: a\n  results:\n  - task: x")
    assert metadata.line("license") == 2
    assert metadata.line("model-index", 0, "results", 0) == 6
    assert metadata.line("model-index", 0, "nothing") == 4


def test_numbers_and_truth_are_read_and_dates_stay_text():
    values = read("a: 7\nb: 0.5\nc: yes\nd: 2023-02-24\ne: ~\nf: '7'").values
    assert values == {"a": 7, "b": 0.5, "c": True, "d": "2023-02-24", "e": None, "f": "7"}


def test_an_empty_block_has_no_values():
    assert read("# only a comment").values == {}


def test_what_is_not_yaml_is_told_with_its_line():
    error = reason("license: mit\ntitle: a: b\n")
    assert (error.line, "is not YAML" in error.reason) == (3, True)


def test_a_list_is_no_metadata():
    assert "a list" in reason("[]").reason


def test_a_key_twice_is_refused_with_both_lines():
    error = reason("license: mit\nlanguage: en\nlicense: apache-2.0")
    assert error.line == 4
    assert "first in line 2" in error.reason


def test_an_alias_stands_for_its_value():
    assert read("a: &x [1, 2]\nb: *x").values == {"a": [1, 2], "b": [1, 2]}


def test_a_bomb_of_aliases_is_refused():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    assert str(MOST_VALUES) in reason(bomb).reason


def test_an_alias_of_what_it_lies_in_is_refused():
    assert "lies in itself" in reason("a: &x [*x]").reason


def test_depth_is_limited_before_anything_is_built():
    assert "deeper" in reason("a: " + "[" * 900 + "]" * 900).reason


def test_very_deep_nesting_ends_no_process():
    reason("a: " + "[" * 200_000)


def test_objects_of_a_program_are_refused():
    assert "plain values only" in reason("a: !!python/object/apply:os.system ['true']").reason
    assert "plain values only" in reason("a: !!binary aGk=").reason


def test_more_than_one_document_is_refused():
    assert "more than one" in reason("a: 1\n...\n---\nb: 2").reason


def test_a_number_with_a_hundred_thousand_digits_is_refused():
    assert "number" in reason("a: " + "9" * 100_000).reason


def test_a_block_of_more_than_a_mebibyte_is_refused():
    assert "KiB" in reason("a: " + "x" * 2**20).reason
