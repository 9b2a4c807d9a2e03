"""What the form of a new evaluation holds, as typed. What is right and wrong is said by ``EvaluationRequest`` alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from evaluation.core.request import read_json

FLAGS = ("chat_template", "force")
LISTS = ("models", "tasks", "num_fewshot", "requires")


@dataclass(frozen=True)
class Draft:
    """The fields as text, so that a mistake comes back exactly as it was typed."""

    models: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    num_fewshot: tuple[str, ...] = ("0",)
    limit: str = ""
    seed: str = "1234"
    dtype: str = "float32"
    backend: str = "hf"
    chat_template: bool = False
    system_instruction: str = ""
    batch_size: str = "16"
    generation_kwargs: str = ""
    requires: tuple[str, ...] = ()
    priority: str = "0"
    force: bool = False
    note: str = ""
    model_search: str = ""
    task_search: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> Draft:
        """From an address or a submitted form: lists repeat or have commas; what is absent takes its default."""
        draft = cls()
        for field in fields(cls):
            if field.name in data or field.name in FLAGS:
                draft = replace(draft, **{field.name: _read(field.name, data)})
        return draft

    def mapping(self) -> dict[str, Any]:
        """The JSON object of the same request; what is no number stays text, for the request to complain of."""
        return {
            "limit": _number(self.limit) if self.limit else None,
            "seed": _numbers(self.seed),
            "priority": _number(self.priority),
            "models": list(self.models),
            "tasks": list(self.tasks),
            "num_fewshot": [_number(shot) for shot in self.num_fewshot],
            "dtype": self.dtype,
            "backend": self.backend,
            "chat_template": self.chat_template,
            "system_instruction": self.system_instruction or None,
            "batch_size": self.batch_size,
            "generation_kwargs": _object(self.generation_kwargs),
            "requires": list(self.requires),
            "force": self.force,
            "note": self.note,
        }

    def query(self, searches: bool = True) -> str:
        """The shortest address that prepares this form again."""
        default, pairs = Draft(), []
        for name, value in self.given(searches):
            if value != getattr(default, name):
                text = ",".join(value) if isinstance(value, tuple) else "on" if value is True else value
                pairs.append((name, text))
        return urlencode(pairs, safe=",@/")

    def given(self, searches: bool = False) -> list[tuple[str, Any]]:
        """Name and value of every field, the two search boxes only when asked for."""
        names = [f.name for f in fields(self) if searches or not f.name.endswith("_search")]
        return [(name, getattr(self, name)) for name in names]

    def hidden(self) -> list[tuple[str, str]]:
        """The fields as hidden inputs carry them."""
        pairs: list[tuple[str, str]] = []
        for name, value in self.given():
            if isinstance(value, tuple):
                pairs += [(name, item) for item in value] or [(name, "")]
            elif not isinstance(value, bool):
                pairs.append((name, value))
            elif value:
                pairs.append((name, "on"))
        return pairs

    def other_shots(self) -> str:
        """The shot counts that have no box of their own."""
        return ", ".join(shot for shot in self.num_fewshot if shot not in USUAL_SHOTS)


USUAL_SHOTS = ("0", "1", "5")


def _read(name: str, data: QueryDict) -> Any:
    if name in LISTS:
        parts = (part.strip() for value in data.getlist(name) for part in re.split(r"[,\s]", value))
        return tuple(dict.fromkeys(part for part in parts if part))
    if name in FLAGS:
        return data.get(name, "") not in ("", "0", "false", "off")
    return data.get(name, "").replace("\0", "").strip()


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else text


def _numbers(text: str) -> int | str | list[int | str]:
    """A number, or the list of those that commas or blanks part."""
    parts = [_number(part) for part in re.split(r"[,\s]+", text) if part]
    return parts if len(parts) > 1 else _number(text)


def _object(text: str) -> Any:
    if not text:
        return {}
    try:
        return read_json(text)
    except ValueError:
        return text
