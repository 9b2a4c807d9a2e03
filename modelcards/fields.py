"""The fields of a card that sources state: how each is written in a fact, checked, and named on pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modelcards import taxonomy, values

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# Values are unique per source in an index, whose entries PostgreSQL limits to 2,704 bytes.
NOTE = 500
SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,119}", re.ASCII)
# Pages at /models/…/ that are no cards.
RESERVED_SLUGS = ("new", "import", "export", "suggest", "searches", "archived")
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[\w.-]{1,95})?", re.ASCII)


@dataclass(frozen=True)
class Field:
    """A field: wire key, name on pages, and the reader of its text (ValueError says what would be right)."""

    key: str
    name: _StrOrPromise
    read: Callable[[str], Any]


def text(limit: int) -> Callable[[str], str]:
    """A reader of plain text of at most ``limit`` characters."""

    def read(value: str) -> str:
        if len(value) > limit:
            raise ValueError(_("longer than %(limit)d characters") % {"limit": limit})
        if any(ord(letter) < 32 and letter not in "\t\n\r" for letter in value):
            raise ValueError(_("holds control characters"))
        return value

    return read


def word(vocabulary: Mapping[str, taxonomy.Term]) -> Callable[[str], str]:
    """A reader of one wire key of a vocabulary."""

    def read(value: str) -> str:
        if value not in vocabulary:
            raise ValueError(_("not known; one of: %(keys)s") % {"keys": ", ".join(vocabulary)})
        return value

    return read


def count(most: int = values.LARGEST) -> Callable[[str], int]:
    """A reader of a whole number of at least 1."""

    def read(value: str) -> int:
        number = values.parse_size(value)
        if not 1 <= number <= most:
            raise ValueError(_("must lie between 1 and %(most)d") % {"most": most})
        return number

    return read


def names(limit: int) -> Callable[[str], list[str]]:
    """A reader of one or several names with ``;`` between them."""

    def read(value: str) -> list[str]:
        return [text(limit)(name) for name in values.parse_names(text(NOTE)(value))]

    return read


def read_slug(value: str) -> str:
    """A card's name in addresses: lower-case letters, digits, dot, hyphen and underscore."""
    if not SLUG.fullmatch(value):
        raise ValueError(_("not a slug; lower-case letters, digits, '.', '-' and '_' only, at most 120"))
    return value


def read_new_slug(value: str) -> str:
    """A slug that a card may take: none that is the address of a page."""
    if value in RESERVED_SLUGS:
        raise ValueError(_("this is the address of a page; take another"))
    return read_slug(value)


def read_slugs(value: str) -> list[str]:
    """Slugs with ``;`` between them."""
    return [read_slug(slug) for slug in values.parse_names(value)]


def read_repository(value: str) -> str:
    """A Hugging Face repository id."""
    if not REPOSITORY.fullmatch(value):
        raise ValueError(_("not a repository id; write owner/name"))
    return value


FIELDS = {
    field.key: field
    for field in [
        Field("name", gettext_lazy("Name"), text(200)),
        Field("organisation", gettext_lazy("Organisation"), names(200)),
        Field("release_date", gettext_lazy("Released"), values.parse_date),
        Field("architecture_family", gettext_lazy("Family"), word(taxonomy.FAMILIES)),
        Field("objective", gettext_lazy("Objective"), word(taxonomy.OBJECTIVES)),
        Field("objective_note", gettext_lazy("Objective, in words"), text(NOTE)),
        Field("attention", gettext_lazy("Attention"), word(taxonomy.ATTENTION)),
        Field("stage", gettext_lazy("Stage"), word(taxonomy.STAGES)),
        Field("parameters", gettext_lazy("Parameters"), count()),
        Field("active_parameters", gettext_lazy("Active parameters"), count()),
        Field("training_tokens", gettext_lazy("Training tokens"), count()),
        Field("layers", gettext_lazy("Layers"), count(100_000)),
        Field("training_data_note", gettext_lazy("Training data"), text(NOTE)),
        Field("training_note", gettext_lazy("How it was trained"), text(NOTE)),
        Field("suited_tasks", gettext_lazy("Suited tasks"), names(80)),
        Field("limits", gettext_lazy("Known limits"), text(NOTE)),
        Field("languages", gettext_lazy("Languages"), names(32)),
        Field("language_note", gettext_lazy("Languages, in words"), text(NOTE)),
        Field("modality", gettext_lazy("Modality"), names(32)),
        Field("base_model", gettext_lazy("Base model"), read_slugs),
        Field("relation", gettext_lazy("Relation to the base model"), word(taxonomy.RELATIONS)),
        Field("open_weights", gettext_lazy("Open weights"), values.parse_yes_no),
        Field("licence", gettext_lazy("Licence"), text(200)),
        Field("licence_id", gettext_lazy("Licence identifier"), text(100)),
        Field("hf_repo", gettext_lazy("Repository"), read_repository),
        Field("paper", gettext_lazy("Publication"), names(300)),
        Field("hf_repo_note", gettext_lazy("Repository, note"), text(NOTE)),
    ]
}
# A card cannot stand without these. Where family or stage is not stated, it is left unknown.
REQUIRED = ("name",)
# These come from the repository's own page where a row names one; all others from the paper.
FROM_REPOSITORY = ("licence", "licence_id", "hf_repo", "hf_repo_note")

# These name another card, which a reader may not be allowed to see: pages show lineage instead of them.
OF_LINEAGE = ("base_model", "relation")


def columns(chosen: Mapping[str, str]) -> dict[str, Any]:
    """The plain columns of a card as its chosen facts state them (field to text): one value for every column."""
    read = {key: FIELDS[key].read(value) for key, value in chosen.items() if key in FIELDS}
    date, precision = read.get("release_date", (None, "day"))
    plain = {key: read.get(key) for key in ("parameters", "active_parameters", "training_tokens", "layers")}
    words = {key: read.get(key, "") for key in ("name", "objective", "stage", "licence", "licence_id", "hf_repo")}
    family = read.get("architecture_family", "")
    return {
        **plain,
        **words,
        "architecture_family": family,
        "attention": read.get("attention") or taxonomy.family_attention(family),
        "open_weights": read.get("open_weights"),
        "release_date": date,
        "release_precision": precision,
    }
