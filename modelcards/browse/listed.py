"""A card as a list knows it: plain values, since making fifty models of the ORM takes longer than reading them."""

from __future__ import annotations

import datetime
from typing import NamedTuple


class Listed(NamedTuple):
    """The columns of ``LISTED``, in their order; ``updated_at`` only where it is asked for."""

    pk: int
    slug: str
    name: str
    architecture_family: str
    objective: str
    attention: str
    stage: str
    parameters: int | None
    active_parameters: int | None
    training_tokens: int | None
    layers: int | None
    release_date: datetime.date | None
    release_precision: str
    open_weights: bool | None
    licence: str
    licence_id: str
    visibility: str
    updated_at: datetime.datetime | None = None


class Parent(NamedTuple):
    """A base model of a card, and what was done to it."""

    slug: str
    name: str
    relation: str
