"""In which order cards are found."""

import pytest

from modelcards.index.text import TIERS, TextIndex, TextRow

CARDS = [
    TextRow(1, "Llama 2 7B", "llama-2-7b", ("Meta AI",), "Trained on two trillion tokens of public data."),
    TextRow(2, "Llama 2 70B", "llama-2-70b", ("Meta AI",), "The largest one."),
    TextRow(3, "CodeLlama 7B", "codellama-7b", ("Meta AI",), "Continues Llama 2 on code."),
    TextRow(4, "Mistral-7B-v0.1", "mistral-7b-v0.1", ("Mistral AI",), "Better than Llama-2 13B."),
    TextRow(5, "ChatGLM-6B", "chatglm-6b", ("智谱 AI", "清华大学"), "支持中英双语的对话语言模型。"),
    TextRow(6, "文心一言", "ernie-bot", ("百度",), "知识增强大语言模型"),
    TextRow(7, "Qwen-7B", "qwen-7b", ("Alibaba Cloud",), "通义千问，基于 Transformer 的大语言模型"),
    TextRow(8, "BERT-Base", "bert-base", ("Google",), "Masked language model."),
    TextRow(9, "BART-Large", "bart-large", ("Meta AI",), "Denoising; compare BERT."),
    TextRow(10, "GPT-3.5", "gpt-3.5", ("OpenAI",), "Sibling of InstructGPT."),
    TextRow(11, "T5-11B", "t5-11b", ("Google",), "Text to text transfer transformer."),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return TextIndex.build(tmp_path_factory.mktemp("text"), CARDS)


def found(index, query):
    """Tier to cards, empty ones left out."""
    return {name: list(tier) for name, tier in zip(TIERS, index.search(query).tiers, strict=True) if tier}


@pytest.mark.parametrize("query", ["llama 2 7b", "Llama-2-7B", "LLAMA2 7b"])
def test_a_whole_name_comes_first(index, query):
    assert list(index.search(query).tiers[0]) == [1]


def test_names_that_begin_so_come_before_names_with_the_word_and_texts(index):
    assert found(index, "llama 2") == {"begins_name": [1, 2], "text_word": [3, 4]}
    assert found(index, "llama") == {"begins_name": [1, 2], "name_word": [3], "text_word": [4]}


def test_a_beginning_of_a_word_finds_it(index):
    assert found(index, "llam")["begins_name"] == [1, 2]
    assert found(index, "trilli") == {"text_beginning": [1]}


@pytest.mark.parametrize(
    ("query", "card"), [("llama2", 1), ("llama-2", 1), ("gpt3.5", 10), ("gpt 3.5", 10), ("t5", 11)]
)
def test_numbers_are_found_glued_and_apart(index, query, card):
    assert card in index.search(query).found


@pytest.mark.parametrize(
    ("query", "card"), [("lama", 1), ("mistrall", 4), ("chatgml", 5), ("lama2", 2), ("qwne 7b", 7)]
)
def test_typos_are_forgiven(index, query, card):
    assert card in found(index, query)["name_typo"]


def test_a_typo_of_an_organisation_or_of_a_text_is_forgiven(index):
    assert found(index, "gogle") == {"organisation_typo": [8, 11]}
    assert found(index, "transfromer") == {"text_typo": [7, 11]}


def test_a_name_that_is_one_is_no_typo_of_another(index):
    assert found(index, "bert") == {"begins_name": [8], "text_word": [9]}


@pytest.mark.parametrize(
    ("query", "card"), [("智谱", 5), ("文心", 6), ("千问", 7), ("谱", 5), ("大语言模型", 7), ("清华", 5)]
)
def test_chinese_is_found_in_names_organisations_and_texts(index, query, card):
    assert card in index.search(query).found


def test_every_word_must_match_somewhere(index):
    assert found(index, "meta llama") == {"organisation_word": [1, 2, 3]}
    assert found(index, "google masked") == {"text_word": [8]}
    assert not index.search("meta mistral").found


def test_one_letter_finds_names_but_not_texts(index):
    assert found(index, "q") == {"begins_name": [7]}


@pytest.mark.parametrize("hostile", ["", "\0\ud800", "?!。", "x" * 10_000, "智" * 10_000, "* OR 1=1 --", "(" * 300])
def test_any_string_is_answered(index, hostile):
    assert len(index.search(hostile)) == len(index.search(hostile).found) <= len(CARDS)
