"""A card whole, as the program's own JSON and the block in its own cards hold it: nothing is lost on the way.

Facts stand with their sources and in one order, so that the same catalog always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from modelcards.exchange.decoding import check_text
from modelcards.exchange.numbers import result
from modelcards.exchange.shapes import LONGEST_SOURCE, CardError, CardFact, CheckpointLine, ReadCard
from modelcards.fields import FIELDS, read_new_slug, read_repository, text
from modelcards.models.card import Visibility
from modelcards.registry import StatedScore
from modelcards.statements import CONFIDENCES
from modelcards.tables import RowError
from modelcards.values import LARGEST

VERSION = 1
MOST = 5_000
CHECKPOINT_TEXTS = {"repo_id": 200, "revision": 100, "dtype": 20, "format": 20, "sha256": 64}
CHECKPOINT_NUMBERS = ("step", "tokens_seen", "size")


def read_document(found: Any, *, file: str, line: int, origin: str, body: str | None = None) -> ReadCard:
    """The card in a mapping that ``write`` made, or somebody by hand. Raises CardError with every wrong field."""
    reader = _Reader(file, line)
    if not isinstance(found, Mapping):
        raise CardError([RowError(file, line, "", _("is not a mapping of a card's fields"))])
    slug = reader.word(found, "slug", read_new_slug)
    facts = [fact for number, one in reader.items(found, "facts") for fact in reader.fact(number, one)]
    if not any(fact.field == "name" and fact.chosen for fact in facts):
        reader.wrong("facts", _("no chosen “name”; a card needs one"))
    reader.check_chosen(facts)
    checkpoints = [row for number, one in reader.items(found, "checkpoints") for row in reader.checkpoint(number, one)]
    scores = [row for number, one in reader.items(found, "scores") for row in reader.score(number, one)]
    visibility = found.get("visibility", "public")
    if visibility not in Visibility.values:
        reader.wrong("visibility", _("not known; one of: %(keys)s") % {"keys": ", ".join(Visibility.values)})
    said = found.get("text") if body is None else body
    if said is not None and not isinstance(said, str):
        reader.wrong("text", _("is not a text"))
    reader.finish()
    repo = next((fact.value for fact in facts if fact.field == "hf_repo" and fact.chosen), "")
    content = None if said is None else check_text(said.replace("\r\n", "\n").replace("\r", "\n"), file, line)
    return ReadCard(file, line, slug, repo, origin, facts, content, checkpoints, scores, visibility, own=True)


class _Reader:
    """Reads the parts of a document and keeps what was wrong."""

    def __init__(self, file: str, line: int) -> None:
        self.file, self.line = file, line
        self.errors: list[RowError] = []

    def wrong(self, field: str, reason: str) -> None:
        self.errors.append(RowError(self.file, self.line, field, reason))

    def finish(self) -> None:
        """Raise CardError when anything was wrong."""
        if self.errors:
            raise CardError(self.errors[:50])

    def items(self, found: Mapping[str, Any], key: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """The mappings in a list, each with its place in words."""
        value = found.get(key, [])
        if not isinstance(value, list) or len(value) > MOST:
            self.wrong(key, _("is not a list of at most %(most)d") % {"most": MOST})
            return []
        for number, one in enumerate(value):
            if not isinstance(one, Mapping):
                self.wrong(f"{key}[{number}]", _("is not a mapping"))
        return [(f"{key}[{number}]", one) for number, one in enumerate(value) if isinstance(one, Mapping)]

    def word(self, found: Mapping[str, Any], key: str, read: Any, where: str = "", default: str | None = None) -> str:
        """A text that ``read`` takes."""
        value = found.get(key, default)
        try:
            if not isinstance(value, str):
                raise ValueError(_("is missing, or not a text"))
            check_text(value, self.file, self.line)
            read(value)
        except ValueError as error:
            self.wrong(f"{where}.{key}".lstrip("."), str(error))
            return ""
        except CardError as error:
            self.wrong(f"{where}.{key}".lstrip("."), error.errors[0].reason)
            return ""
        return value

    def fact(self, where: str, one: Mapping[str, Any]) -> Sequence[CardFact]:
        field = self.word(one, "field", _known_field, where)
        if not field:
            return []
        chosen = one.get("chosen", True)
        if not isinstance(chosen, bool):
            self.wrong(f"{where}.chosen", _("is neither true nor false"))
        value = self.word(one, "value", _given(FIELDS[field].read), where)
        source = self.word(one, "source", _given(text(LONGEST_SOURCE)), where)
        citation = self.word(one, "citation", _read_citation, where, default="")
        confidence = self.word(one, "confidence", _read_confidence, where, default="unchecked")
        return [CardFact(field, value, source, citation, confidence, bool(chosen))]

    def check_chosen(self, facts: Sequence[CardFact]) -> None:
        """One value of a field is the card's own, and a source says each thing once."""
        chosen = [fact.field for fact in facts if fact.chosen]
        for field in sorted({field for field in chosen if chosen.count(field) > 1}):
            self.wrong("facts", _("two chosen values of “%(field)s”; choose one") % {"field": field})
        keys = [(fact.field, fact.source, fact.value) for fact in facts]
        if len(set(keys)) < len(keys):
            self.wrong("facts", _("the same value of the same source twice; keep one"))

    def checkpoint(self, where: str, one: Mapping[str, Any]) -> Sequence[CheckpointLine]:
        texts: dict[str, Any] = {
            key: self.word(one, key, text(most), where, default="") for key, most in CHECKPOINT_TEXTS.items()
        }
        if not texts["revision"] or not texts["repo_id"]:
            self.wrong(where, _("needs “repo_id” and “revision”"))
        else:
            self.word(one, "repo_id", read_repository, where)
        numbers: dict[str, Any] = {key: self.number(one.get(key), f"{where}.{key}") for key in CHECKPOINT_NUMBERS}
        return [CheckpointLine(**texts, **numbers)]

    def number(self, value: Any, where: str) -> int | None:
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST):
            return value
        self.wrong(where, _("is not a whole number"))
        return None

    def score(self, where: str, one: Mapping[str, Any]) -> Sequence[StatedScore]:
        benchmark = self.word(one, "benchmark", _given(text(200)), where)
        metric = self.word(one, "metric", _given(text(60)), where)
        source = self.word(one, "source", _given(text(LONGEST_SOURCE)), where)
        confidence = self.word(one, "confidence", _read_confidence, where, default="unchecked")
        shots = one.get("num_fewshot", 0)
        if not isinstance(shots, int) or isinstance(shots, bool) or not 0 <= shots <= 1000:
            self.wrong(f"{where}.num_fewshot", _("is not a whole number from 0 to 1000"))
            shots = 0
        try:
            value = float(result(one.get("value"))[0])
        except ValueError as error:
            self.wrong(f"{where}.value", str(error))
            value = 0.0
        return [StatedScore(benchmark, shots, metric, value, source, confidence)]


def _known_field(value: str) -> None:
    if value not in FIELDS:
        raise ValueError(_("not known; one of: %(keys)s") % {"keys": ", ".join(FIELDS)})


def _read_confidence(value: str) -> None:
    if value not in CONFIDENCES:
        raise ValueError(_("not known; one of: %(keys)s") % {"keys": ", ".join(CONFIDENCES)})


def _read_citation(value: str) -> None:
    if value and (not value.startswith(("https://", "http://")) or len(value) > 500):
        raise ValueError(_("is not an address of at most 500 characters"))


def _given(read: Any) -> Any:
    def check(value: str) -> None:
        if not value.strip():
            raise ValueError(_("is blank; a value is needed"))
        read(value)

    return check
