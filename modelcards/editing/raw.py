"""A card as one text: its fields as YAML between two lines of ``---``, and its Markdown below them.

Values are read as they are written: no ``no`` becomes False, no ``7e9`` a float. Nothing else of YAML is taken:
no anchors, no tags, no keys twice, no nesting but the list of sources.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from django.utils.translation import gettext as _

from modelcards import values
from modelcards.editing.draft import SHARING, Draft, Given
from modelcards.fields import FIELDS

LONGEST_BLOCK = 100_000
FENCE = "---"
SEVERAL = ("organisation", "paper", "languages", "modality", "base_model", "suited_tasks")
SOURCES, CITATIONS = "sources", "citations"
PLAIN = re.compile(r"[A-Za-z0-9~+(/](?:[^\x00-\x1f\x7f-\x9f:#{}\[\],&*!|>'\"%@`]|:(?=\S))*(?<![ \u2028\u2029\x85])")
NULLS = ("", "~", "null", "Null", "NULL")


class RawError(ValueError):
    """A text that cannot be read as a card: lines and reasons."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"line {line}: {reason}" for line, reason in errors))


@dataclass(frozen=True)
class ReadRaw:
    """The draft, and the line at which each of its fields stands."""

    draft: Draft
    lines: dict[str, int]


@dataclass
class _Block:
    """The YAML of a card while it is read."""

    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    citations: dict[str, str] = field(default_factory=dict)
    errors: list[tuple[int, str]] = field(default_factory=list)


def text_digest(raw: str) -> str:
    """A short name of a raw text, to see later whether it was edited; line ends, which browsers change, count not."""
    return hashlib.sha256(raw.replace("\r\n", "\n").strip().encode()).hexdigest()[:16]


def write_raw(draft: Draft, *, new: bool) -> str:
    """The draft as one text; ``read_raw`` gives the same draft again."""
    lines = [f"slug: {_scalar(draft.slug)}"] if new else []
    lines += [f"{key}: {_value(key, draft.fact(key).value)}" for key in FIELDS if draft.fact(key).value]
    lines += _source_lines(draft)
    lines += [f"{key}: {_scalar(draft.get(key))}" for key in SHARING if draft.get(key)]
    return "\n".join([FENCE, *lines, FENCE, "", draft.text or ""])


def read_raw(text: str, *, new: bool) -> ReadRaw:
    """The draft that a text states. Raises RawError with every line that is wrong."""
    block, first, body = _split(text.replace("\r\n", "\n"))
    read = _Block()
    for key, node in _pairs(_root(block, first), read, first):
        _read_key(key, node, read, first, new=new)
    if read.errors:
        raise RawError(sorted(read.errors))
    facts = {
        key: Given(value, read.sources.get(key, ""), read.citations.get(key, ""))
        for key, value in read.values.items()
        if key in FIELDS and value
    }
    others = {key: read.values.get(key, "") for key in ("slug", "owner", "readers")}
    visibility = read.values.get("visibility") or "public"
    return ReadRaw(Draft(facts=facts, text=body, visibility=visibility, **others), read.lines)


def _split(text: str) -> tuple[str, int, str]:
    """The YAML, the number of its first line, and the Markdown."""
    lines = text.lstrip("\ufeff").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[start].rstrip() != FENCE:
        raise RawError([(start + 1, _("begin with a line of ---, then the fields, then another line of ---"))])
    end = next((number for number in range(start + 1, len(lines)) if lines[number].rstrip() == FENCE), None)
    if end is None:
        raise RawError([(start + 1, _("the fields have no end: a second line of --- is missing"))])
    block = "\n".join(lines[start + 1 : end])
    if len(block) > LONGEST_BLOCK:
        raise RawError([(start + 1, _("the fields are longer than %(most)d characters") % {"most": LONGEST_BLOCK})])
    body = lines[end + 1 :]
    return block, start + 2, "\n".join(body[1:] if body and not body[0].strip() else body)


def _root(block: str, first: int) -> yaml.Node | None:
    """The YAML as nodes. Anchors are refused before anything is put together: they can grow without end."""
    try:
        for depth, event in _depths(block):
            line = first + (event.start_mark.line if event.start_mark else 0)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise RawError([(line, _("anchors and aliases (& and *) are not taken; write the value out"))])
            if getattr(event, "tag", None):
                raise RawError([(line, _("tags (!) are not taken; write the value alone"))])
            if depth > 4:
                raise RawError([(line, _("nested too deep"))])
        root: yaml.Node | None = yaml.compose(block, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        said = _("this is no YAML: %(problem)s") % {"problem": wrong.problem or wrong.context or ""}
        raise RawError([(first + (mark.line if mark else 0), said)]) from None
    except yaml.YAMLError:
        raise RawError([(first, _("this is no YAML: it holds characters that may not be there"))]) from None
    return root


def _depths(block: str) -> Iterator[tuple[int, yaml.Event]]:
    depth = 0
    for event in yaml.parse(block, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        yield depth, event


def _pairs(node: yaml.Node | None, read: _Block, first: int) -> Iterator[tuple[str, yaml.Node]]:
    """The keys of a mapping with their values; what is no mapping, no plain key or a key again is an error."""
    if node is None or (isinstance(node, yaml.ScalarNode) and _null(node)):
        return
    if not isinstance(node, yaml.MappingNode):
        read.errors.append((first + node.start_mark.line, _("write fields, one a line: name: value")))
        return
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = first + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode):
            read.errors.append((line, _("a field's name must be a word")))
        elif key.value in seen:
            said = _("“%(key)s” stands already in line %(line)d") % {"key": key.value, "line": seen[key.value]}
            read.errors.append((line, said))
        else:
            seen[key.value] = line
            yield key.value, value


def _read_key(key: str, node: yaml.Node, read: _Block, first: int, *, new: bool) -> None:
    line = first + node.start_mark.line
    if key == SOURCES:
        for source, fields in _pairs(node, read, first):
            for name in _names(fields, read, first):
                _refer(read.sources, name, source, read, first + fields.start_mark.line)
    elif key == CITATIONS:
        for name, address in _pairs(node, read, first):
            _refer(read.citations, name, _text(address, read, first), read, first + address.start_mark.line)
    elif key in FIELDS or key in SHARING or (new and key == "slug"):
        read.lines[key] = line
        read.values[key] = _text(node, read, first, ", " if key == "readers" else "; ")
    else:
        known = ", ".join([*(["slug"] if new else []), *FIELDS, *SHARING, SOURCES, CITATIONS])
        said = _("“%(key)s” is no field; one of: %(known)s") % {"key": key[:80], "known": known}
        read.errors.append((line, said))


def _refer(into: dict[str, str], name: str, said: str, read: _Block, line: int) -> None:
    if name not in FIELDS:
        read.errors.append((line, _("“%(key)s” is no field") % {"key": name[:80]}))
    elif name in into:
        read.errors.append((line, _("“%(key)s” has a source already") % {"key": name}))
    else:
        into[name] = said


def _names(node: yaml.Node, read: _Block, first: int) -> list[str]:
    return values.parse_names(_text(node, read, first))


def _text(node: yaml.Node, read: _Block, first: int, between: str = "; ") -> str:
    """A value as it is written; a list with ``;`` between its items."""
    if isinstance(node, yaml.ScalarNode):
        return "" if _null(node) else node.value.strip()
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in items):
        return between.join(item.value.strip() for item in items if not _null(item))
    read.errors.append((first + node.start_mark.line, _("write a value, or a list of values")))
    return ""


def _null(node: yaml.ScalarNode) -> bool:
    return node.style is None and node.value in NULLS


def _source_lines(draft: Draft) -> list[str]:
    """The sources, each with its fields: most fields of a card share one."""
    by_source: dict[str, list[str]] = {}
    for key in FIELDS:
        if draft.fact(key).value and draft.fact(key).source:
            by_source.setdefault(draft.fact(key).source, []).append(key)
    cited = [(key, fact.citation) for key, fact in draft.facts.items() if fact.value and fact.citation]
    lines = [f"  {_scalar(source)}: [{', '.join(keys)}]" for source, keys in by_source.items()]
    return [
        *([f"{SOURCES}:", *lines] if lines else []),
        *([f"{CITATIONS}:", *(f"  {key}: {_scalar(address)}" for key, address in cited)] if cited else []),
    ]


def _value(key: str, value: str) -> str:
    several = values.parse_names(value) if key in SEVERAL else []
    if len(several) > 1 and "; ".join(several) == value:
        return "[" + ", ".join(map(_scalar, several)) + "]"
    return _scalar(value)


def _scalar(value: str) -> str:
    """A value plain where YAML reads it back as it is, else in double quotes."""
    if PLAIN.fullmatch(value) and value not in NULLS and not value.startswith("---"):
        return value
    return json.dumps(value, ensure_ascii=False)
