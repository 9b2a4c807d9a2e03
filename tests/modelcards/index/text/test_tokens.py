"""How names, texts and queries are cut into words."""

import pytest

from modelcards.index.text.tokens import LONGEST_QUERY, MOST_WORDS, Query, fold, name_key, name_words, text_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LLaMA-2 7B", {"llama", "2", "7b", "llama2"}),
        ("llama2", {"llama", "2", "llama2"}),
        ("CodeLlama", {"codellama", "code", "llama"}),
        ("DeBERTa", {"deberta"}),
        ("gpt-3.5-turbo", {"gpt", "3.5", "gpt3.5", "turbo"}),
        ("8x7B v1.5 4bit", {"8x", "7b", "v", "1.5", "v1.5", "4bit"}),
        ("3turbo", {"3", "turbo"}),
        ("智谱清言", {"智谱", "谱清", "清言", "言"}),
        ("한국", {"한국", "국"}),
        ("モデル", {"モデ", "デル", "ル"}),
        ("हिन्दी", {"हिन्दी"}),
    ],
)
def test_a_name_is_cut_into_words(name, words):
    assert name_words(name) == words


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Ünïcode", "unicode"), ("ＧＰＴ", "gpt"), ("Ёлка", "елка"), ("Straße", "strasse"), ("ﬁne", "fine"), ("İ", "i")],
)
def test_spellings_of_a_word_are_one(written, folded):
    assert fold(written) == folded


def test_accents_written_as_marks_are_taken_off_but_not_those_that_make_another_letter():
    assert fold("cafe\u0301") == "cafe"
    assert fold("か\u3099") == "が"


def test_a_text_gives_the_same_words_however_it_is_spelled_around_them():
    plain = "The Llama-2 model, 7B: trained on 1.4T tokens. See a_b v1.5"
    assert text_words(plain) == text_words(plain + " —“”…") == text_words(plain.upper())
    assert {"llama", "2", "llama2", "7b", "1.4t", "tokens", "a", "b"} < text_words(plain)


def test_a_number_after_a_blank_is_joined_in_names_only():
    assert "in2023" not in text_words("in 2023")
    assert "llama2" in name_words("Llama 2")


@pytest.mark.parametrize("name", ["Llama 2 7B", "llama-2-7b", "LLAMA2_7b", "  llama--2 (7B) "])
def test_whole_names_are_compared_by_their_pieces(name):
    assert name_key(name) == "llama 2 7b"


def test_what_is_glued_in_a_query_is_asked_for_as_one_word():
    assert Query.parse("llama2 7b").words == ("llama2", "7b")
    assert Query.parse("llama-2").words == ("llama", "2")
    assert Query.parse("文心一言 GLM").words == ("文心", "心一", "一言", "glm")


@pytest.mark.parametrize("hostile", ["", "\0", "\ud800\udfff", "!?…—", " \n\t", "\u0301", "%%%'\"\\"])
def test_a_query_without_a_word_asks_for_nothing(hostile):
    assert Query.parse(hostile) == Query("", ())


def test_a_long_query_is_cut():
    assert len(Query.parse("a b c d e f g " * 1000).words) <= MOST_WORDS
    assert len(Query.parse("\ufdfa" * 10_000).key) <= LONGEST_QUERY
    assert Query.parse("x" * 10_000).words
