"""The JSON lines that a worker and its runner exchange, version 1.

One JSON object a line. Commands go into the runner's standard input, events come out of a descriptor of its own.
Both sides import this file and nothing else of each other. ``docs/protocol.md`` is the same in words.
"""

from __future__ import annotations

import json
import math
from dataclasses import MISSING, Field, asdict, dataclass, field, is_dataclass
from dataclasses import fields as dataclass_fields
from functools import cache
from types import UnionType
from typing import Any, ClassVar, TypeVar, cast, get_args, get_origin, get_type_hints

VERSION = 1
TRANSFORMERS, VLLM = "hf", "vllm"
BACKENDS = (TRANSFORMERS, VLLM)
"""What computes with a checkpoint's files, by lm-eval's names."""

T = TypeVar("T")


class ProtocolError(ValueError):
    """A line that is not a message of this version: says which part and what was expected."""


SERVED = "served"
"""Number format of a model that is asked behind an address: its server's affair."""


@dataclass(frozen=True)
class ServedSpec:
    """A model behind an OpenAI-compatible address, and what its server can do. The key itself is never in it."""

    name: str
    address: str
    model: str
    key_variable: str = ""
    completions: bool = False
    echo: bool = False
    token_prompts: bool = False
    chat: bool = False
    tokenizer: bool = False
    max_length: int = 2048
    concurrency: int = 8
    tries: int = 5
    timeout: float = 120.0


@dataclass(frozen=True)
class ModelSpec:
    """What to load. Exactly one of ``path`` (a directory) and ``repo_id`` (with ``revision``) is given.

    ``weights``: the directory in which the machine notes what it fetched of the hub, of which it keeps
    ``weights_bytes`` at the most (0: any number); empty: nothing is noted.
    Of a ``served`` model they say where its tokenizer lies, and both may be blank; ``backend`` says nothing of it.
    """

    architecture_family: str
    path: str = ""
    repo_id: str = ""
    revision: str = "main"
    dtype: str = "float32"
    sha256: str = ""
    served: ServedSpec | None = None
    backend: str = TRANSFORMERS
    weights: str = ""
    weights_bytes: int = 0


@dataclass(frozen=True)
class CellSpec:
    """One cell to score. ``cell`` is the asker's own name for it and comes back in every event."""

    cell: str
    task: str
    num_fewshot: int
    limit: int | None = None
    seed: int = 1234
    chat_template: bool = False
    system_instruction: str | None = None
    generation_kwargs: dict[str, Any] = field(default_factory=dict)
    fresh: str = ""


@dataclass(frozen=True)
class RunSpec:
    """Cells of one checkpoint. ``out`` is a directory that the runner may write; files in events are below it.

    ``devices``: several that the checkpoint is spread over, ``device`` the first of them; empty: ``device`` alone.
    """

    run: str
    model: ModelSpec
    cells: list[CellSpec]
    out: str
    device: str = "cpu"
    devices: list[str] = field(default_factory=list)
    batch_size: str = "16"
    task_dirs: list[str] = field(default_factory=list)
    python_task_dirs: list[str] = field(default_factory=list)
    allow_generated_code: bool = False
    answers: str = ""
    answers_bytes: int = 0
    lease_seconds: float = 0.0


@dataclass(frozen=True)
class Message:
    """Base of every message; ``kind`` is its name on the wire."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class RunCommand(Message):
    """Score these cells."""

    spec: RunSpec
    kind: ClassVar[str] = "run"


@dataclass(frozen=True)
class CancelCommand(Message):
    """Stop this run, or only one cell of it, at the next batch."""

    run: str
    cell: str = ""
    kind: ClassVar[str] = "cancel"


@dataclass(frozen=True)
class KeepCommand(Message):
    """The lease of this run was renewed: go on."""

    run: str
    kind: ClassVar[str] = "keep"


@dataclass(frozen=True)
class QuitCommand(Message):
    """End the process when idle or after the batch in hand."""

    kind: ClassVar[str] = "quit"


@dataclass(frozen=True)
class Ready(Message):
    """The runner has started and waits for commands."""

    pid: int
    versions: dict[str, str]
    devices: list[dict[str, Any]]
    kind: ClassVar[str] = "ready"


@dataclass(frozen=True)
class Started(Message):
    """The checkpoint is loaded. ``reused``: it was already there."""

    run: str
    parameters: int
    dtype: str
    max_length: int
    reused: bool
    seconds: float
    kind: ClassVar[str] = "started"


@dataclass(frozen=True)
class Phase(Message):
    """Sign of life in work that has no documents yet: ``loading``, ``tasks``, ``requests``, ``metrics``."""

    run: str
    phase: str
    cell: str = ""
    kind: ClassVar[str] = "phase"


@dataclass(frozen=True)
class TaskStarted(Message):
    """A cell's requests are built. ``scoring``: loglikelihood, pseudo-loglikelihood or generated."""

    run: str
    cell: str
    documents: int
    requests: int
    num_fewshot: int
    output_type: str
    scoring: str
    kind: ClassVar[str] = "task_started"


@dataclass(frozen=True)
class Progress(Message):
    """Documents done of a cell; ``seconds`` since the cell's first request."""

    run: str
    cell: str
    done: int
    total: int
    seconds: float
    kind: ClassVar[str] = "progress"


@dataclass(frozen=True)
class FileRef:
    """A file below the run's ``out`` directory."""

    file: str
    sha256: str
    rows: int
    key: str = ""


@dataclass(frozen=True)
class SamplesWritten(Message):
    """A cell's samples: prompts (the same for every model that sees them) and this model's outcomes. Parquet."""

    run: str
    cell: str
    prompts: FileRef
    outcomes: FileRef
    kind: ClassVar[str] = "samples"


@dataclass(frozen=True)
class Result:
    """One metric of one cell. ``comparable_key``: only equal keys may be ranked or tested together."""

    metric: str
    filter: str
    value: float | None
    stderr: float | None
    n: int
    higher_is_better: bool | None
    comparable_key: str


@dataclass(frozen=True)
class TaskDone(Message):
    """Every metric of a cell, and what made them (resolved configuration, versions, device, dtype, batch size)."""

    run: str
    cell: str
    results: list[Result]
    num_fewshot: int
    made_with: dict[str, Any]
    seconds: float
    kind: ClassVar[str] = "task_done"


@dataclass(frozen=True)
class Warned(Message):
    """Something the reader of the scores should know."""

    run: str
    message: str
    cell: str = ""
    kind: ClassVar[str] = "warning"


@dataclass(frozen=True)
class Failed(Message):
    """A cell (or, without ``cell``, the whole run) cannot be scored.

    ``reason`` is a sentence for a person; ``cause`` is one of ``task``, ``data``, ``checkpoint``, ``absent``,
    ``gated``, ``memory``, ``refused``, ``internal``. ``memory`` and ``internal`` may be worth another try, ``absent``
    and ``gated`` one on another machine.
    """

    run: str
    cause: str
    reason: str
    cell: str = ""
    detail: str = ""
    kind: ClassVar[str] = "failed"


@dataclass(frozen=True)
class Finished(Message):
    """The run is over; the runner waits for the next command and keeps the checkpoint."""

    run: str
    done: int
    failed: int
    cancelled: bool
    seconds: float
    kind: ClassVar[str] = "finished"


KINDS: dict[str, type[Message]] = {
    message.kind: message
    for message in (
        RunCommand,
        CancelCommand,
        KeepCommand,
        QuitCommand,
        Ready,
        Started,
        Phase,
        TaskStarted,
        Progress,
        SamplesWritten,
        TaskDone,
        Warned,
        Failed,
        Finished,
    )
}


def encode(message: Message) -> str:
    """One line of JSON, newline included. NaN and infinity become null, as JSON has no word for them."""
    fields = finite(asdict(message))
    return json.dumps({"v": VERSION, "kind": message.kind, **fields}, ensure_ascii=False, allow_nan=False) + "\n"


def finite(value: Any) -> Any:
    """``value`` with every NaN and infinity in it replaced by None, so that JSON can hold it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value


def decode(line: str) -> Message:
    """The message of one line. Raises ProtocolError that names the part that is wrong and what was expected."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not a line of JSON: {error}") from None
    if not isinstance(data, dict):
        raise ProtocolError(f"expected a JSON object, got {_shape(data)}")
    version, kind = data.pop("v", None), data.pop("kind", None)
    if version != VERSION or isinstance(version, bool):
        raise ProtocolError(f"v: expected version {VERSION}, got {version!r}")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ProtocolError(f"kind: {kind!r} is none of {', '.join(sorted(KINDS))}")
    return read(KINDS[kind], data, kind)


def read(shape: type[T], data: Any, where: str) -> T:
    """``data`` (from JSON) as the dataclass ``shape``. Raises ProtocolError naming ``where`` and the field."""
    if not isinstance(data, dict):
        raise ProtocolError(f"{where}: expected an object, got {_shape(data)}")
    hints, known = _form(shape)  # type: ignore[arg-type]
    if unknown := sorted(set(data) - set(known)):
        raise ProtocolError(f"{where}: unknown field {unknown[0]!r}; known are {', '.join(known)}")
    missing = [n for n, item in known.items() if n not in data and _required(item)]
    if missing:
        raise ProtocolError(f"{where}: field {missing[0]!r} is missing")
    return shape(**{name: _value(hints[name], value, f"{where}.{name}") for name, value in data.items()})


@cache
def _form(shape: type) -> tuple[dict[str, Any], dict[str, Field[Any]]]:
    """Types and fields of a dataclass, looked up once: a runner says something after each document."""
    return get_type_hints(shape), {item.name: item for item in dataclass_fields(shape)}


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _value(hint: Any, value: Any, where: str) -> Any:
    """``value`` checked against the type ``hint`` of a field."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin is UnionType:
        if value is None and type(None) in parts:
            return None
        return _value(next(part for part in parts if part is not type(None)), value, where)
    if is_dataclass(hint):
        return read(cast("type[Any]", hint), value, where)
    if origin is list and isinstance(value, list):
        return [_value(parts[0], item, f"{where}[{index}]") for index, item in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return {key: _value(parts[1], item, f"{where}.{key}") for key, item in value.items()}
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and isinstance(value, hint) and not (isinstance(value, bool) and hint is not bool):
        return value
    raise ProtocolError(f"{where}: expected {_name(hint)}, got {_shape(value)}")


def _name(hint: Any) -> str:
    return {str: "text", int: "a whole number", float: "a number", bool: "true or false"}.get(
        hint, "a list" if get_origin(hint) is list else "an object"
    )


def _shape(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
