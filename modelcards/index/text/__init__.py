"""Full text of a million cards: names, organisations and texts, tolerant of beginnings and typos, in tiers.

**What is found.** Every word of a query must match a card, each in one of the ways of ``ranking.WAYS``: a word of the
name or slug, the beginning of one, a word or beginning of an organisation, a typo of either, a word or beginning
(three letters or more) of the text. A typo counts only where it is at least ten times rarer than what it may stand
for; typos of words of texts only where the word is found nowhere as it stands. A card stands in the tier of its worst
word; before all others come cards whose whole name is the query, then those whose name begins with it.

**What is kept.** A directory of plain arrays, mapped and not read (``storage``): for each field a sorted list of words
with the documents of each (``lexicon``: few as numbers, many as roaring bitmaps), the unions of beginnings that are
dear to compute (``prefixes``) and hashes for typos (``typos``). It is built by sorting runs on disk (``spool``) and
never changed; cards that change later are held in memory (``overlay``) by each process until
``TextIndex.rebuild_due``.

No Django in here: rows in, bitmaps out.
"""

from modelcards.index.text.catalog import TextIndex
from modelcards.index.text.ranking import TIERS, Matches
from modelcards.index.text.rows import TextRow
from modelcards.index.text.storage import TextIndexError, clear

__all__ = ["TIERS", "Matches", "TextIndex", "TextIndexError", "TextRow", "clear"]
