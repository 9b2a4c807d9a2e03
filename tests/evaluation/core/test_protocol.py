"""The lines between worker and runner, and the page that describes them."""

import json
import math
import re
from dataclasses import fields
from pathlib import Path

import pytest

from evaluation.core import protocol
from evaluation.core.protocol import (
    KINDS,
    CancelCommand,
    CellSpec,
    FileRef,
    Message,
    ModelSpec,
    Progress,
    ProtocolError,
    QuitCommand,
    Result,
    RunCommand,
    RunSpec,
    SamplesWritten,
    TaskDone,
    decode,
    encode,
)

PAGE = Path(__file__).parents[3] / "docs" / "protocol.md"
SPEC = RunSpec("7", ModelSpec("decoder-only", path="/c"), [CellSpec("1", "arc_easy", 5, limit=10)], out="/o")
RESULT = Result("acc", "none", 0.1 + 0.2, None, 10, True, "k")
MESSAGES = [
    RunCommand(SPEC),
    CancelCommand("7", "1"),
    QuitCommand(),
    Progress("7", "1", 3, 10, 0.25),
    SamplesWritten("7", "1", FileRef("p", "a", 1, "k"), FileRef("o", "b", 1)),
    TaskDone("7", "1", [RESULT], 5, {"dtype": "float32"}, 1.5),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind)
def test_a_message_comes_back_as_it_was_sent(message: Message):
    assert decode(encode(message)) == message


def test_every_message_class_has_a_kind_that_decode_knows():
    classes = {
        c for c in vars(protocol).values() if isinstance(c, type) and issubclass(c, Message) and c is not Message
    }
    assert set(KINDS.values()) == classes


def test_nan_and_infinity_become_null():
    line = encode(
        TaskDone("7", "1", [Result("acc", "none", math.nan, math.inf, 1, None, "k")], 0, {"x": [math.nan]}, 1.0)
    )
    said = json.loads(line)
    assert said["results"][0]["value"] is None
    assert said["results"][0]["stderr"] is None
    assert said["made_with"] == {"x": [None]}


def line(**changes: object) -> str:
    data = json.loads(encode(RunCommand(SPEC)))
    data.update(changes)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense", "not a line of JSON"),
        ("[1]", "expected a JSON object"),
        (line(v=2), "expected version 1, got 2"),
        (line(v=True), "expected version 1"),
        (line(kind="explode"), "'explode' is none of"),
        (line(kind=["run"]), "is none of"),
        (line(spec=None), "run.spec: expected an object"),
        (line(extra=1), "unknown field 'extra'"),
        ('{"v": 1, "kind": "cancel"}', "field 'run' is missing"),
        ('{"v": 1, "kind": "cancel", "run": 7}', "cancel.run: expected text, got 7"),
        (line(spec={**json.loads(line())["spec"], "cells": [{"cell": "1", "task": "t", "num_fewshot": "5"}]}),
         "run.spec.cells[0].num_fewshot: expected a whole number, got '5'"),
        (line(spec={**json.loads(line())["spec"], "cells": [{"cell": "1", "task": "t", "num_fewshot": True}]}),
         "expected a whole number, got True"),
        ("[" * 100_000, "not a line of JSON"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_message_is_refused_with_the_part_that_is_wrong(text: str, says: str):
    with pytest.raises(ProtocolError, match=re.escape(says)):
        decode(text)


def test_a_whole_number_is_taken_where_seconds_are_expected():
    assert decode('{"v": 1, "kind": "progress", "run": "7", "cell": "1", "done": 1, "total": 2, "seconds": 3}') == (
        Progress("7", "1", 1, 2, 3.0)
    )


def sections() -> dict[str, str]:
    """Heading → text below it, of the protocol's page."""
    parts = re.split(r"^#+ +`?(\w+)`?.*$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_page_describes_every_kind_and_field(kind: str):
    text = sections()[kind]
    assert not [f.name for f in fields(KINDS[kind]) if f.name not in ("run", "cell") and f"`{f.name}`" not in text]


@pytest.mark.parametrize("part", [RunSpec, ModelSpec, CellSpec, FileRef, Result])
def test_the_page_describes_every_field_of_the_parts(part: type):
    assert not [f.name for f in fields(part) if f"`{f.name}`" not in sections()[part.__name__]]
