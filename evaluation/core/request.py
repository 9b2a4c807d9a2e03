"""What a person asks to be measured: models x tasks x shots, with settings. Bad input is told by field."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from evaluation.core.placement import LABEL, MAX_LABELS
from evaluation.core.protocol import BACKENDS, TRANSFORMERS

MAX_NAMES = 500
MAX_SHOT_COUNTS = 10
MAX_SHOTS = 100
MAX_SEEDS = 10
MAX_CELLS = 10_000
DEEPEST = 20
DTYPES = ("float32", "bfloat16", "float16", "auto")
BATCH = re.compile(r"(auto(:[1-9]\d{0,2})?|[1-9]\d{0,3})")


class RequestError(ValueError):
    """A request that cannot be carried out. ``errors``: field name → sentences for a person."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {text}" for name, texts in self.errors.items() for text in texts))


@dataclass(frozen=True)
class EvaluationRequest:
    """Models (``slug`` or ``slug@revision``) x tasks x shots x seeds, as asked for.

    ``limit`` is a number of documents per task; ``None`` means all of them. On the wire ``seed`` is a number or a list.
    ``requires``: labels, or names of installed packages, that a node must have; never part of what a score is.
    ``backend``: what computes, by lm-eval's names; part of what a cell is where it is not the usual one.
    """

    models: tuple[str, ...]
    tasks: tuple[str, ...]
    num_fewshot: tuple[int, ...] = (0,)
    limit: int | None = None
    seed: tuple[int, ...] = (1234,)
    dtype: str = "float32"
    backend: str = TRANSFORMERS
    chat_template: bool = False
    system_instruction: str | None = None
    batch_size: str = "16"
    generation_kwargs: dict[str, Any] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    priority: int = 0
    force: bool = False
    note: str = ""

    @classmethod
    def from_json(cls, mapping: Mapping[str, Any]) -> EvaluationRequest:
        """Read a decoded JSON object. Absent fields take their defaults; raises ``RequestError`` by field."""
        errors: dict[str, list[str]] = {}
        values: dict[str, Any] = {}
        for name in sorted(set(mapping) - set(_READERS)):
            errors[name] = [f"Is not a field of an evaluation; known are {', '.join(_READERS)}."]
        for name, read in _READERS.items():
            if name not in mapping and name not in ("models", "tasks"):
                continue
            try:
                values[name] = read(mapping.get(name))
            except ValueError as bad:
                errors[name] = [str(bad)[0].upper() + str(bad)[1:]]
        if errors:
            raise RequestError(errors)
        request = cls(**values)
        if request.least_cells() > MAX_CELLS:
            raise RequestError({"tasks": [too_many(request.least_cells())]})
        return request

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON types; ``from_json`` reads it back. A single seed is a number."""
        plain = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}
        return plain | {"seed": self.seed[0] if len(self.seed) == 1 else list(self.seed)}

    def settings(self, seed: int | None = None) -> dict[str, Any]:
        """The settings that are part of a cell's identity, under ``seed`` (None: the first that was asked for)."""
        seed = self.seed[0] if seed is None else seed
        other = {} if self.backend == TRANSFORMERS else {"backend": self.backend}
        return {name: seed if name == "seed" else getattr(self, name) for name in IDENTITY} | other

    @property
    def labels(self) -> str:
        """What a node must have, with blanks between: the labels that were asked for and what computes."""
        own = () if self.backend == TRANSFORMERS else (self.backend,)
        return " ".join(sorted({*self.requires, *own}))

    def least_cells(self) -> int:
        """How many cells it has at least: a group among the tasks has more. Nothing is expanded for it."""
        return len(self.models) * len(self.tasks) * len(self.num_fewshot) * len(self.seed)


def too_many(cells: int) -> str:
    """Why a request of so many cells is not taken."""
    return f"This asks for {cells} cells; at most {MAX_CELLS} go into one evaluation."


def backend_of(settings: Mapping[str, Any]) -> str:
    """What computes a cell with these settings."""
    return str(settings.get("backend", TRANSFORMERS))


IDENTITY = ("limit", "seed", "dtype", "chat_template", "system_instruction", "generation_kwargs")


def settings_key(settings: Mapping[str, Any]) -> str:
    """SHA-256 of the settings as canonical JSON: sorted keys, no spaces."""
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_json(text: str | bytes) -> Any:
    """``text`` decoded. Raises ``ValueError`` for what is no JSON, and for what is nested too deeply to be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _depth(value: Any) -> int:
    """Levels of lists and objects in each other."""
    depth, level = 0, [value]
    while level:
        depth += 1
        held = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))]
        level = [item for items in held for item in items]
    return depth


def _plain(text: str) -> str:
    """``text`` if every database can hold it; raises ``ValueError`` for NUL and for halves of characters."""
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds a character that is no text (NUL, or half of a surrogate pair).")
    return text


def _names(what: str) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or not all(isinstance(name, str) for name in value):
            raise ValueError(f"must be a list of {what} names.")
        names = tuple(dict.fromkeys(_plain(name).strip() for name in value if name.strip()))
        if not names:
            raise ValueError(f"name at least one {what}.")
        if len(names) > MAX_NAMES:
            raise ValueError(f"names {len(names)}, at most {MAX_NAMES} go into one evaluation.")
        return names

    return read


def _integer(value: Any, lowest: int, highest: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{what} must be a whole number, not {value!r}.")
    if not lowest <= value <= highest:
        raise ValueError(f"{what} must be between {lowest} and {highest}, not {value}.")
    return value


def _shots(value: Any) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError("must be a list of shot counts, such as [0, 5].")
    shots = tuple(dict.fromkeys(_integer(shot, 0, MAX_SHOTS, "a shot count") for shot in value))
    if len(shots) > MAX_SHOT_COUNTS:
        raise ValueError(f"lists {len(shots)} shot counts, at most {MAX_SHOT_COUNTS} go into one evaluation.")
    return shots


def _seeds(value: Any) -> tuple[int, ...]:
    listed = value if isinstance(value, (list, tuple)) else [value]
    seeds = tuple(dict.fromkeys(_integer(seed, 0, 2**32 - 1, "a seed") for seed in listed))
    if not 0 < len(seeds) <= MAX_SEEDS:
        raise ValueError(f"lists {len(seeds)} seeds; from 1 to {MAX_SEEDS} go into one evaluation.")
    return seeds


def _limit(value: Any) -> int | None:
    return None if value is None else _integer(value, 1, 2**31 - 1, "the limit")


def _whole(lowest: int, highest: int) -> Callable[[Any], int]:
    return lambda value: _integer(value, lowest, highest, "it")


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}.")
    return value


def _dtype(value: Any) -> str:
    if value not in DTYPES:
        raise ValueError(f"must be one of {', '.join(DTYPES)}, not {value!r}.")
    return str(value)


def _backend(value: Any) -> str:
    if value not in BACKENDS:
        raise ValueError(f"must be one of {', '.join(BACKENDS)}, not {value!r}.")
    return str(value)


def _batch_size(value: Any) -> str:
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not BATCH.fullmatch(text):
        raise ValueError(f"must be a number from 1 to 9999 or auto, not {value!r}.")
    return text


def _text(longest: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("must be text.")
        if len(value) > longest:
            raise ValueError(f"has {len(value)} characters, at most {longest} fit.")
        return _plain(value)

    return read


def _labels(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(label, str) for label in value):
        raise ValueError('must be a list of labels, such as ["a100"].')
    labels = tuple(sorted({label.strip() for label in value if label.strip()}))
    if bad := [label for label in labels if not LABEL.fullmatch(label)]:
        raise ValueError(f"{bad[0][:60]!r} is no label: it takes up to 40 letters, digits, dots, dashes, underscores.")
    if len(labels) > MAX_LABELS:
        raise ValueError(f"names {len(labels)} labels, at most {MAX_LABELS} go into one evaluation.")
    return labels


def _instruction(value: Any) -> str | None:
    return None if value is None or value == "" else _text(20_000)(value)


def _generation(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise ValueError('must be an object such as {"max_gen_toks": 64}.')
    if _depth(value) > DEEPEST:
        raise ValueError(f"is nested more than {DEEPEST} levels deep.")
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError):
        raise ValueError("holds something that JSON has no word for.") from None
    if len(text) > 4000:
        raise ValueError("is longer than 4000 characters.")
    _plain(text.replace("\\u0000", "\0"))
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "models": _names("model"),
    "tasks": _names("task"),
    "num_fewshot": _shots,
    "limit": _limit,
    "seed": _seeds,
    "dtype": _dtype,
    "backend": _backend,
    "chat_template": _flag,
    "system_instruction": _instruction,
    "batch_size": _batch_size,
    "generation_kwargs": _generation,
    "requires": _labels,
    "priority": _whole(-100, 100),
    "force": _flag,
    "note": _text(300),
}
assert set(_READERS) == {f.name for f in fields(EvaluationRequest)}
