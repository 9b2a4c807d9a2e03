"""Writing all files of an index from its rows, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from modelcards.index.text.lexicon import Block, Lexicon, LexiconWriter
from modelcards.index.text.prefixes import write_beginnings
from modelcards.index.text.rows import FIELDS, NAMES, SHORTEST_BEGINNING, TEXT_WORDS, TextRow
from modelcards.index.text.spool import Spool
from modelcards.index.text.storage import Generation
from modelcards.index.text.typos import write_neighbours


def write(folder: Path, rows: Iterable[TextRow]) -> int:
    """Write all files of a generation; gives the number of rows."""
    spools = {name: Spool(folder, name) for name in FIELDS}
    documents = 0
    for row in rows:
        row.check()
        for name, words in row.words().items():
            spools[name].add(row.pk, words)
        documents += 1
    for name, spool in spools.items():
        meant = _write_words(folder, name, spool, least=text_typo_least(documents) if name == TEXT_WORDS else 1)
        if name != NAMES:
            write_neighbours(folder, name, meant)
        write_beginnings(folder, Lexicon(Generation.unfinished(folder), name), shortest=SHORTEST_BEGINNING[name])
    return documents


def text_typo_least(documents: int) -> int:
    """How many texts must hold a word that a typo may stand for: two, or one in two thousand."""
    return max(2, documents // 2000)


def _write_words(folder: Path, name: str, spool: Spool, *, least: int) -> list[tuple[int, str]]:
    """Write the lexicon of a field; gives place and word of those that ``least`` documents have."""
    frequent: list[tuple[int, str]] = []
    with LexiconWriter(folder, name) as writer:
        for block in spool.blocks():
            if name != NAMES:
                frequent.extend(_frequent(block, len(writer), least))
            writer.add(block)
    return frequent


def _frequent(block: Block, before: int, least: int) -> Iterator[tuple[int, str]]:
    counts = zip(block.terms, block.counts.tolist(), strict=True)
    return ((before + at, term) for at, (term, number) in enumerate(counts) if number >= least)
