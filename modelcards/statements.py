"""What files of facts state, as data: models with their facts, claims of other sources, checkpoints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from modelcards import values
from modelcards.fields import FIELDS, FROM_REPOSITORY, REQUIRED, count, read_repository, read_slug, read_slugs, text
from modelcards.tables import Checker, Row, read_table

CONFIDENCES = ("checked", "unchecked", "inferred")
MODEL_COLUMNS = tuple(FIELDS)
CHECKPOINT_COLUMNS = ("path", "repo_id", "revision", "step", "tokens_seen", "dtype", "format", "sha256")


@dataclass(frozen=True)
class Statement:
    """One source's value of one field, as text."""

    field: str
    value: str
    source: str
    citation: str = ""
    confidence: str = "unchecked"


@dataclass(frozen=True)
class CheckpointStatement:
    """Weights of one model at one revision, and the card text that lies beside them."""

    card: str
    revision: str
    repo_id: str = ""
    path: str = ""
    step: int | None = None
    tokens_seen: int | None = None
    dtype: str = ""
    format: str = ""
    sha256: str = ""


def read_models(path: Path, label: str, known: Collection[str]) -> dict[str, list[Statement]]:
    """Slug to the facts of ``models.csv``. ``known``: slugs that are in the catalog already. Raises TableError."""
    rows = read_table(path, label, ("slug", *REQUIRED, "confidence"), MODEL_COLUMNS)
    checker, seen = Checker(), dict[object, int]()
    slugs = {row["slug"] for row in rows} | set(known)
    for row in rows:
        checker.need(row, ("slug", *REQUIRED, "confidence"))
        checker.once(row, "slug", checker.read(row, "slug", read_slug, ""), seen)
        checker.read(row, "confidence", _read_confidence, "")
        for key, field in FIELDS.items():
            checker.read(row, key, field.read, None)
        _check_base(row, slugs, checker)
    _check_circles(rows, checker)
    checker.finish()
    return {row["slug"]: row_statements(row, label) for row in rows}


def read_claims(path: Path, label: str, known: Collection[str]) -> dict[str, list[Statement]]:
    """Slug to what other sources say of it, from ``claims.csv``. Raises TableError."""
    rows = read_table(path, label, ("slug", "field", "value", "source"), ("confidence",))
    checker, seen = Checker(), dict[object, int]()
    claims: dict[str, list[Statement]] = {}
    for row in rows:
        checker.need(row, ("slug", "field", "value", "source"))
        checker.once(row, "source", (row["slug"], row["field"], row["value"], row["source"]), seen)
        _check_known(row, "slug", known, checker)
        checker.read(row, "source", text(300), "")
        checker.read(row, "confidence", _read_confidence, "")
        if row["field"] in FIELDS:
            checker.read(row, "value", FIELDS[row["field"]].read, None)
        elif row["field"]:
            checker.add(row, "field", _("not known; one of: %(keys)s") % {"keys": ", ".join(FIELDS)})
        citation = values.source_address(row["source"])
        confidence = row["confidence"] or "unchecked"
        claims.setdefault(row["slug"], []).append(
            Statement(row["field"], row["value"], row["source"], citation, confidence)
        )
    checker.finish()
    return claims


def read_checkpoints(path: Path, label: str, known: Collection[str]) -> list[CheckpointStatement]:
    """The weights that ``checkpoints.csv`` names. Paths are relative to a checkpoint directory. Raises TableError."""
    rows = read_table(path, label, ("model_slug",), CHECKPOINT_COLUMNS)
    checker, seen = Checker(), dict[object, int]()
    checkpoints = []
    for row in rows:
        checker.need(row, ("model_slug",))
        _check_known(row, "model_slug", known, checker)
        revision = checker.read(row, "revision", text(100), "main")
        checker.once(row, "revision", (row["model_slug"], revision), seen)
        if bool(row["path"]) == bool(row["repo_id"]):
            checker.add(row, "path", _("give either a path or a repo_id"))
        checkpoints.append(
            CheckpointStatement(
                card=row["model_slug"],
                revision=revision,
                repo_id=checker.read(row, "repo_id", read_repository, ""),
                path=checker.read(row, "path", _read_path, ""),
                step=checker.read(row, "step", count(), None),
                tokens_seen=checker.read(row, "tokens_seen", count(), None),
                dtype=checker.read(row, "dtype", text(20), ""),
                format=checker.read(row, "format", text(20), ""),
                sha256=checker.read(row, "sha256", _read_hash, ""),
            )
        )
    checker.finish()
    return checkpoints


def row_statements(row: Row, label: str) -> list[Statement]:
    """The facts of one model; the source of each is the row's paper, of the weights the repository."""
    paper = values.parse_names(row["paper"])[0] if row["paper"] else ""
    repository = row["hf_repo"]
    page = (f"Hugging Face: {repository}", f"https://huggingface.co/{repository}") if repository else None
    article = (values.source_name(paper), values.source_address(paper)) if paper else None
    stated = []
    for key in FIELDS:
        if not row[key]:
            continue
        source, citation = (page if key in FROM_REPOSITORY else None) or article or page or (label, "")
        stated.append(Statement(key, row[key], source[:300], citation, row["confidence"]))
    return stated


def _check_known(row: Row, column: str, known: Collection[str], checker: Checker) -> None:
    if row[column] and row[column] not in known:
        checker.add(row, column, _("no model “%(slug)s” in the catalog") % {"slug": row[column]})


def _check_base(row: Row, slugs: Collection[str], checker: Checker) -> None:
    if bool(row["base_model"]) != bool(row["relation"]):
        checker.add(row, "relation", _("base_model and relation belong together: give both or neither"))
    bases: list[str] = checker.read(row, "base_model", read_slugs, [])
    for base in bases:
        if base not in slugs:
            checker.add(row, "base_model", _("no model “%(slug)s” in this file or the catalog") % {"slug": base})


def _check_circles(rows: list[Row], checker: Checker) -> None:
    """Note each model that descends from itself."""
    parents = {row["slug"]: values.parse_names(row["base_model"]) for row in rows}
    for row in rows:
        if row["slug"] in _ancestors(row["slug"], parents):
            checker.add(row, "base_model", _("the model would descend from itself"))


def _ancestors(slug: str, parents: Mapping[str, list[str]]) -> set[str]:
    """All slugs above ``slug``."""
    found: set[str] = set()
    waiting = list(parents.get(slug, ()))
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting.extend(parents.get(parent, ()))
    return found


def _read_confidence(value: str) -> str:
    if value not in CONFIDENCES:
        raise ValueError(_("not known; one of: %(keys)s") % {"keys": ", ".join(CONFIDENCES)})
    return value


def _read_path(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or len(value) > 500 or not value.isprintable():
        raise ValueError(_("not a path below a checkpoint directory; write it relative and without '..'"))
    return str(path)


def _read_hash(value: str) -> str:
    digest = value.lower()
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError(_("not a SHA-256 of 64 hexadecimal digits"))
    return digest
