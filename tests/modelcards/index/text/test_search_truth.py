"""The index finds what a look at every card finds: random catalogs, changes and queries."""

import tempfile
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from modelcards.index.text import TextIndex, TextRow, lexicon, prefixes, spool
from modelcards.index.text.building import text_typo_least
from tests.modelcards.index.text.truth import Truth

WORDS = [
    *("llama", "Llama-2", "llama2", "lama", "LLaMA", "CodeLlama", "7b", "13B", "gpt-3.5", "gpt", "3.5", "mistral"),
    *("ChatGLM", "chatgml", "智谱", "智谱清言", "文心一言", "千问", "问", "通义千问", "한국어", "モデル", "Ёлка"),
    *("transformer", "transfromer", "transformers", "tra", "the", "a", "t5", "bert", "bart", "mistrall", "елка"),
    *("café", "cafe", "x" * 40, "", "--", "\ud800"),
]
TYPOS = ["llaam", "lllama2", "mistarl", "chatgml", "transofrmer", "tansformer", "trasnformres", "codelama", "ёлкаа"]
words = st.sampled_from(WORDS)
phrases = st.lists(words | st.text(max_size=4), max_size=5).map(" ".join)
rows = st.builds(TextRow, st.integers(0, 30), phrases, phrases, st.lists(phrases, max_size=2).map(tuple), phrases)
catalogs = st.lists(rows, max_size=25, unique_by=lambda row: row.pk)
changes = st.lists(rows | st.integers(0, 30), max_size=12)
halves = words.flatmap(lambda word: st.integers(1, max(1, len(word))).map(lambda end: word[:end]))
several = st.lists(words | halves | st.text(max_size=3), max_size=3).map(" ".join)
queries = st.lists(words | halves | st.sampled_from(TYPOS) | several, min_size=1, max_size=8)


def check(cards, changed, asked):
    with tempfile.TemporaryDirectory() as directory:
        index = TextIndex.build(directory, cards)
        truth = Truth(cards, text_typo_least(len(cards)))
        for query in asked:
            assert [set(tier) for tier in index.search(query).tiers] == truth.tiers(query), query
        for change in changed:
            for known in (index, truth):
                known.replace(change) if isinstance(change, TextRow) else known.remove(change)
        for query in asked:
            assert [set(tier) for tier in index.search(query).tiers] == truth.tiers(query), query


@settings(max_examples=20, deadline=None)
@given(catalogs, changes, queries)
def test_tiers_are_those_of_a_look_at_every_card(cards, changed, asked):
    check(cards, changed, asked)


@settings(max_examples=25, deadline=None)
@given(catalogs, changes, queries)
def test_tiers_are_the_same_where_runs_blocks_bitmaps_and_kept_beginnings_are_many(cards, changed, asked):
    with (
        mock.patch.object(spool, "RUN_PAIRS", 9),
        mock.patch.object(spool, "BLOCK_PAIRS", 7),
        mock.patch.object(lexicon, "SMALL", 1),
        mock.patch.object(prefixes, "DEAR", 3),
    ):
        check(cards, changed, asked)
