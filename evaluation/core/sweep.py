"""A sweep: evaluations written down in a YAML file. Every mistake is told with its line, and nothing is expanded.

The fields are those of ``EvaluationRequest``. They stand at the top of the file, or in the entries of ``evaluations``;
what stands at the top then holds for every entry that does not say otherwise. Anchors and aliases are not taken: with
them a few lines can stand for more cells than anybody counts.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from evaluation.core.request import EvaluationRequest, RequestError

LARGEST = 2**18
DEEPEST = 20
MAX_ENTRIES = 200
MAX_CELLS = 50_000
ENTRIES = "evaluations"
FIELDS = tuple(field.name for field in fields(EvaluationRequest) if field.name != "force")
REFUSED = {"force": "a sweep adds only what is missing; measure again with --models, --tasks and --force."}


@dataclass(frozen=True)
class Problem:
    """One mistake: the line, counted from 1 (0: the file as a whole), the key that it is about, and what is wrong."""

    line: int
    where: str
    text: str

    def told(self, file: str) -> str:
        """As compilers tell it: file, line, key, reason."""
        place = f"{file}:{self.line}" if self.line else file
        return ": ".join(filter(None, (place, self.where, self.text)))


class SweepError(ValueError):
    """A file that is no sweep. ``problems`` are all that was found, in the order of lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("; ".join(problem.told("sweep") for problem in self.problems))


@dataclass(frozen=True)
class Entry:
    """One evaluation of a sweep. ``lines`` says where each of its fields stands, for what is found wrong later."""

    request: EvaluationRequest
    where: str
    line: int
    lines: Mapping[str, int]

    def problems(self, error: RequestError) -> list[Problem]:
        """What is wrong with its request, each at the line of its field."""
        return [
            Problem(self.lines.get(name, self.line), f"{self.where}{name}", text)
            for name, texts in error.errors.items()
            for text in texts
        ]


def read_sweep(data: bytes) -> tuple[Entry, ...]:
    """The evaluations of a sweep file. Raises ``SweepError`` with every mistake that was found."""
    top = _mapping(_compose(data))
    problems: list[Problem] = []
    common = dict(_fields(top, (*FIELDS, ENTRIES), "", problems))
    listed = common.pop(ENTRIES, None)
    if listed is None:
        return _checked([_entry(common, "", 1, problems)], problems)
    if not isinstance(listed[1], SequenceNode) or not listed[1].value:
        raise SweepError([*problems, Problem(listed[0], ENTRIES, "must be a list with at least one evaluation.")])
    if len(listed[1].value) > MAX_ENTRIES:
        text = f"lists {len(listed[1].value)}, at most {MAX_ENTRIES} go into one file."
        raise SweepError([*problems, Problem(listed[0], ENTRIES, text)])
    entries = []
    for place, node in enumerate(listed[1].value):
        where, line = f"{ENTRIES}[{place}]", _line(node)
        if not isinstance(node, MappingNode):
            problems.append(Problem(line, where, "must be a mapping with models and tasks."))
            continue
        own = dict(_fields(node, FIELDS, f"{where}.", problems))
        entries.append(_entry({**common, **own}, f"{where}.", line, problems))
    return _checked(entries, problems)


def _checked(entries: list[Entry | None], problems: list[Problem]) -> tuple[Entry, ...]:
    found = tuple(entry for entry in entries if entry is not None)
    total = sum(entry.request.least_cells() for entry in found)
    if total > MAX_CELLS:
        problems.append(Problem(0, "", f"asks for {total} cells; at most {MAX_CELLS} go into one sweep."))
    if problems:
        raise SweepError(problems)
    return found


def _entry(given: dict[str, tuple[int, Node]], where: str, line: int, problems: list[Problem]) -> Entry | None:
    """The request of these fields; None where one of them is wrong."""
    lines = {name: at for name, (at, _node) in given.items()}
    values, before = {}, len(problems)
    for name, (at, node) in given.items():
        try:
            values[name] = _value(node)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            problems.append(Problem(at, f"{where}{name}", _why(error)))
    if len(problems) > before:
        return None
    try:
        return Entry(EvaluationRequest.from_json(_listed(values)), where, line, lines)
    except RequestError as error:
        blank = Entry(EvaluationRequest((), ()), where, line, lines)
        problems += blank.problems(error)
        return None


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    """One name or number where a list is meant stands for a list of one."""
    single = {name: [values[name]] for name in ("models", "tasks", "requires") if isinstance(values.get(name), str)}
    shots = values.get("num_fewshot")
    return {**values, **single, **({"num_fewshot": [shots]} if isinstance(shots, int) else {})}


def _fields(
    node: MappingNode, known: tuple[str, ...], where: str, problems: list[Problem]
) -> Iterator[tuple[str, tuple[int, Node]]]:
    """Name, line and value of each key of a mapping; keys that are not known or come twice are problems."""
    seen: dict[str, int] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, ScalarNode) else "a list or mapping"
        line = _line(key)
        if name not in known:
            problems.append(Problem(line, f"{where}{name}", _unknown(name, known)))
        elif name in seen:
            problems.append(Problem(line, f"{where}{name}", f"is given twice, first in line {seen[name]}."))
        else:
            seen[name] = line
            yield name, (line, value)


def _unknown(name: str, known: tuple[str, ...]) -> str:
    if name in REFUSED:
        return REFUSED[name]
    near = difflib.get_close_matches(name, known, 1)
    return (
        f"is not known here; did you mean {near[0]}?" if near else f"is not known here; known are {', '.join(known)}."
    )


def _compose(data: bytes) -> Node | None:
    """The file's nodes. Raises ``SweepError`` for what is too large, too deep, no YAML, or uses aliases."""
    if len(data) > LARGEST:
        raise SweepError([Problem(0, "", f"has {len(data)} bytes; a sweep has at most {LARGEST}.")])
    try:
        text = data.decode("utf-8-sig")
        _look(text)
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise SweepError([Problem(data[: error.start].count(b"\n") + 1, "", "is not UTF-8 text.")]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise SweepError([Problem(line, "", f"is no YAML: {error.problem or error.context}.")]) from None
    except yaml.YAMLError as error:
        raise SweepError([Problem(0, "", f"is no YAML: {error}.")]) from None


def _look(text: str) -> None:
    """Raise ``SweepError`` at the first anchor, alias or nesting that is too deep, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            raise SweepError([Problem(line, "", f"uses an anchor or alias ({anchor}), which a sweep does not take.")])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise SweepError([Problem(line, "", f"is nested more than {DEEPEST} levels deep.")])


def _mapping(node: Node | None) -> MappingNode:
    if not isinstance(node, MappingNode):
        raise SweepError([Problem(1, "", "must be a mapping with models and tasks, or with evaluations.")])
    return node


def _value(node: Node) -> Any:
    """What a node stands for: plain YAML values; other tags, and keys that come twice, are refused."""
    _once(node)
    return yaml.constructor.SafeConstructor().construct_object(node, deep=True)


def _once(node: Node) -> None:
    if isinstance(node, MappingNode):
        keys = [key.value for key, _value in node.value if isinstance(key, ScalarNode)]
        if len(keys) != len(set(keys)):
            raise ValueError("gives a key twice.")
    for child in node.value if isinstance(node.value, list) else []:
        for part in child if isinstance(child, tuple) else (child,):
            _once(part)


def _why(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        return f"{error.problem or error.context}."
    return str(error)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
