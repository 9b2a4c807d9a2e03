"""Which card a file speaks of: repository ids, the addresses made from them, and the paths that hold them."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

from modelcards.fields import REPOSITORY, RESERVED_SLUGS

LONGEST = 120


def slug_of(name: str) -> str:
    """The address of a new card: ``org/Model-7B`` becomes ``org--model-7b``; the same for the same name, always."""
    slug = re.sub(r"[^a-z0-9._-]+", "-", name.lower().replace("/", "--"))
    slug = re.sub(r"^[^a-z0-9]+", "", slug).rstrip("-") or "model"
    if slug in RESERVED_SLUGS:
        slug = f"{slug}-model"
    return slug if len(slug) <= LONGEST else with_mark(slug, name)


def with_mark(slug: str, name: str) -> str:
    """The address with a mark of the name, where another model has taken the plain one."""
    mark = hashlib.sha256(name.lower().encode()).hexdigest()[:8]
    return f"{slug[: LONGEST - 9]}-{mark}"


def repository_of(slug: str) -> str:
    """The repository (lower case) whose card would get this address; blank where it is none."""
    owner, mark, name = slug.partition("--")
    return f"{owner}/{name}" if mark and owner and name and "/" not in name else ""


def from_path(path: str) -> tuple[str, str]:
    """Repository id and name of a card by where it lies: ``org/name/README.md``, ``name-README.md`` or ``name.md``.

    The repository is blank where the path does not tell: one folder alone may be anything.
    """
    parts = PurePosixPath(path).parts
    stem = PurePosixPath(path).stem
    if stem.lower() == "readme":
        if len(parts) >= 3 and REPOSITORY.fullmatch("/".join(parts[-3:-1])):
            return "/".join(parts[-3:-1]), parts[-2]
        return "", parts[-2] if len(parts) >= 2 else ""
    if match := re.fullmatch(r"(.+)-README", stem):
        return (match[1] if REPOSITORY.fullmatch(match[1]) else ""), match[1]
    return "", stem
