"""Reading the environment: values that make no sense are refused with what would be right."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub import env


def test_it_takes_the_default_where_nothing_is_set(monkeypatch):
    monkeypatch.delenv("SOME_NUMBER", raising=False)
    assert env.integer("SOME_NUMBER", 7) == 7


def test_a_blank_value_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("SOME_NUMBER", "  ")
    assert env.integer("SOME_NUMBER", 7) == 7


@pytest.mark.parametrize(
    ("value", "says"), [("many", "not a whole number"), ("0", "between 1 and 9"), ("10", "between 1 and 9")]
)
def test_it_refuses_a_number_that_is_none_or_out_of_bounds(monkeypatch, value, says):
    monkeypatch.setenv("SOME_NUMBER", value)
    with pytest.raises(ImproperlyConfigured, match=f"SOME_NUMBER.*{says}"):
        env.integer("SOME_NUMBER", 7, least=1, most=9)


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_it_reads_yes_and_no(monkeypatch, value, meant):
    monkeypatch.setenv("SOME_FLAG", value)
    assert env.flag("SOME_FLAG") is meant


def test_it_refuses_a_flag_that_is_neither(monkeypatch):
    monkeypatch.setenv("SOME_FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="neither yes nor no"):
        env.flag("SOME_FLAG")


def test_it_refuses_a_word_that_is_no_choice(monkeypatch):
    monkeypatch.setenv("SOME_CHOICE", "LOUD")
    with pytest.raises(ImproperlyConfigured, match="INFO, ERROR"):
        env.choice("SOME_CHOICE", "INFO", ("INFO", "ERROR"))


def test_it_splits_words_and_drops_blanks(monkeypatch):
    monkeypatch.setenv("SOME_WORDS", "a, b,,c ")
    assert env.words("SOME_WORDS") == ["a", "b", "c"]


def test_it_reads_origins_of_other_sites(monkeypatch):
    monkeypatch.setenv("SOME_SITES", " https://wiki.example.org  http://*.lab:8080 ")
    assert env.origins("SOME_SITES") == ["https://wiki.example.org", "http://*.lab:8080"]


@pytest.mark.parametrize("value", ["wiki.example.org", "https://a.b/path", "*", "https://a.b;script-src", "'self'"])
def test_it_refuses_what_is_no_origin(monkeypatch, value):
    monkeypatch.setenv("SOME_SITES", f"https://fine.example {value}")
    with pytest.raises(ImproperlyConfigured, match="is no origin such as"):
        env.origins("SOME_SITES")
