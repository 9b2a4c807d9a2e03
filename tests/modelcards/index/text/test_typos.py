"""What may be a typo of what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelcards.index.text import TextIndex, TextRow
from modelcards.index.text.lexicon import Lexicon
from modelcards.index.text.storage import current
from modelcards.index.text.typos import Neighbours, meant

letters = st.text(alphabet="abcde", min_size=3, max_size=11)
edits = st.lists(st.tuples(st.sampled_from(["drop", "add", "swap"]), st.integers(0, 10)), max_size=2)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        *(("lama", "llama"), ("mistrall", "mistral"), ("chatgml", "chatglm"), ("lama2", "llama2"), ("gogle", "google")),
        *(("transfromer", "transformer"), ("antropic", "anthropic"), ("вирт", "верт"), ("deepsek", "deepseek")),
    ],
)
def test_a_typo_is_one(asked, word):
    assert meant(asked, [word]) == {word}


@pytest.mark.parametrize(
    ("asked", "word"),
    [("llama", "llama"), ("glm", "llm"), ("llama2", "llama3"), ("7b", "7bn"), ("智谱", "智能"), ("bert", "roberta")],
)
def test_another_word_is_none(asked, word):
    assert not meant(asked, [word])


def edited(word, changes):
    for kind, at in changes:
        at %= len(word)
        if kind == "drop" and len(word) > 3:
            word = word[:at] + word[at + 1 :]
        elif kind == "add":
            word = word[:at] + "e" + word[at:]
        else:
            word = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return word


@settings(max_examples=30, deadline=None)
@given(st.sets(letters, min_size=1, max_size=40), edits)
def test_the_kept_rests_suggest_every_word_within_the_distance(tmp_path_factory, words, changes):
    directory = tmp_path_factory.mktemp("index")
    TextIndex.build(directory, [TextRow(pk, word, "", (), "") for pk, word in enumerate(words)])
    generation = current(directory)
    neighbours = Neighbours(generation, Lexicon(generation, "name_words"))
    for word in words:
        asked = edited(word, changes)
        assert neighbours.near(asked) == meant(asked, words)
