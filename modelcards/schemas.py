"""Shapes of the catalog on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from modelcards import values
from modelcards.fields import OF_LINEAGE
from modelcards.models import Checkpoint, ModelCard
from modelcards.rest import Page


class CheckpointOut(Schema):
    """Weights at a revision. Paths stay unsaid: they speak of the machine, not of the model."""

    revision: str
    repo_id: str
    step: int | None
    tokens_seen: int | None
    dtype: str
    format: str
    sha256: str
    size: int | None


class ModelOut(Schema):
    """A model. Sizes are integers; a date has as many parts as are known."""

    slug: str
    name: str
    organisation: list[str]
    architecture_family: str
    objective: str
    attention: str
    stage: str
    parameters: int | None
    active_parameters: int | None
    training_tokens: int | None
    layers: int | None
    languages: list[str]
    modalities: list[str]
    release_date: str | None
    open_weights: bool | None
    licence: str
    licence_id: str
    hf_repo: str
    visibility: str
    base_models: list[str]
    relation: str
    version: int
    checkpoints: list[CheckpointOut]

    @staticmethod
    def resolve_organisation(card: ModelCard) -> list[str]:
        return [maker.name for maker in card.organisations.all()]

    @staticmethod
    def resolve_languages(card: ModelCard) -> list[str]:
        return [language.code for language in card.languages.all()]

    @staticmethod
    def resolve_modalities(card: ModelCard) -> list[str]:
        return [modality.key for modality in card.modalities.all()]

    @staticmethod
    def resolve_release_date(card: ModelCard) -> str | None:
        return values.iso_date(card.release_date, card.release_precision) or None

    @staticmethod
    def resolve_base_models(card: ModelCard) -> list[str]:
        return [link.parent.slug for link in card.parent_links.all()]

    @staticmethod
    def resolve_relation(card: ModelCard) -> str:
        return next((link.relation for link in card.parent_links.all()), "")

    @staticmethod
    def resolve_checkpoints(card: ModelCard) -> list[Checkpoint]:
        return list(card.checkpoints.all())


class FactOut(Schema):
    """One source's statement of one field; ``chosen``: the one that the model's column shows."""

    field: str
    value: str
    source: str
    citation: str
    confidence: str
    chosen: bool


class ModelDetailOut(ModelOut):
    """A model with every statement behind its fields and its publications."""

    updated_at: datetime
    card_text: str
    facts: list[FactOut]
    publications: list[str]

    @staticmethod
    def resolve_facts(card: ModelCard) -> list[Any]:
        return [fact for fact in card.facts.all() if fact.field not in OF_LINEAGE]

    @staticmethod
    def resolve_publications(card: ModelCard) -> list[str]:
        return [publication.reference for publication in card.publications.all()]


class OptionOut(Schema):
    """A value of a facet, and how many models it gives together with all other filters."""

    value: str
    name: str
    count: int
    chosen: bool

    @staticmethod
    def resolve_name(option: Any) -> str:
        return str(option.name)


class ModelsOut(Page[ModelOut]):
    """A part of the list; ``facets`` where they were asked for."""

    facets: dict[str, list[OptionOut]] = {}


class ChangeOut(Schema):
    """One change: the fields before and after. Blank or left out: not stated. ``created``: it made the model."""

    id: int
    version: int | None
    by: str
    at: datetime
    created: bool
    text_changed: bool
    before: dict[str, str]
    after: dict[str, str]


class LineageLinkOut(Schema):
    """A step of descent."""

    child: str
    parent: str
    relation: str


class LineageOut(Schema):
    """Ancestors and descendants of a model that the reader may see, and the steps between them.

    ``archived``: which of them are no longer in the catalog. ``truncated``: there are more than the answer holds.
    """

    model: str
    ancestors: list[str]
    descendants: list[str]
    archived: list[str]
    links: list[LineageLinkOut]
    truncated: bool


class TreeNodeOut(Schema):
    """A model on the tree, or the one that stands for a series of sizes.

    ``x`` to the right, ``y`` downward, in the layout's units; null where there are too many models for a picture.
    ``branch``: the architecture family, or ``before`` for what came before the Transformer. ``parent``: the nearest
    model on the tree that it was made from. ``members``: the slugs of its series. ``early``: it is older than a model
    that it was made from.
    """

    slug: str
    name: str
    branch: str
    release_date: str | None
    open_weights: bool | None
    parent: str | None
    x: float | None
    y: float | None
    label: str
    organisation: list[str]
    parameters: int | None
    members: list[str]
    early: bool


class TreeEdgeOut(LineageLinkOut):
    """A step of descent between two nodes; ``drawn``: the child hangs on a twig of this parent."""

    drawn: bool


class NamedModelOut(Schema):
    """A model's name and where to find it."""

    slug: str
    name: str


class TreeTrayOut(Schema):
    """Models without a place on the tree: how many, and the first of them by name."""

    count: int
    models: list[NamedModelOut]


class TreeOut(Schema):
    """The tree as it is drawn. ``count``: the models that match, as the list of models counts them; ``truncated``:
    there are more than a tree can show, and these are the foremost.
    """

    width: float
    height: float
    nodes: list[TreeNodeOut]
    edges: list[TreeEdgeOut]
    count: int
    truncated: bool
    undated: TreeTrayOut
    no_family: TreeTrayOut
