"""Named reads of evaluation. Every read of a page, a count or the API starts at ``visible_to``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Now

from modelcards.querysets import Reader, visible_cards

if TYPE_CHECKING:
    from evaluation.models import Attempt, Cell, Device, Endpoint, Evaluation, Run, Score, StatedModel  # noqa: F401
    from evaluation.models.samples import SampleSet  # noqa: F401

UNDER_WAY = ("queued", "running")
ENDED_BADLY = ("failed", "cancelled")
# Both sides must be known: weights without a hash are taken at their revision's word.
_OUTDATED = ~Q(weights="") & ~Q(checkpoint__sha256="") & ~Q(weights=F("checkpoint__sha256"))


class RunQuerySet(models.QuerySet["Run"]):
    """Reads of runs."""

    def visible_to(self, user: Reader) -> RunQuerySet:
        """Runs of checkpoints whose card ``user`` may read."""
        return self.filter(visible_cards(user, "checkpoint__card__")).distinct()

    def active(self) -> RunQuerySet:
        """Runs that are queued or running."""
        return self.filter(state__in=UNDER_WAY)

    def for_page(self) -> RunQuerySet:
        """With what a row or page of a run names: model and person."""
        return self.select_related("checkpoint__card", "requested_by")

    def lapsed(self) -> RunQuerySet:
        """Running ones whose lease is over by the database's clock."""
        return self.filter(state="running", lease_until__lte=Now())

    def waiting(self) -> RunQuerySet:
        """Those in the queue."""
        return self.filter(state="queued")

    def of_model(self, slug: str) -> RunQuerySet:
        """Runs of one card."""
        return self.filter(checkpoint__card__slug=slug)

    def with_task(self, name: str) -> RunQuerySet:
        """Runs that do or did this task."""
        from evaluation.models import Cell

        return self.filter(pk__in=Cell.objects.filter(task__name=name, run__isnull=False).values("run"))

    def asked_by(self, username: str) -> RunQuerySet:
        """Runs that one person asked for."""
        return self.filter(requested_by__username=username)

    def at_node(self, name: str) -> RunQuerySet:
        """What a machine does or did last, and the run that it keeps devices free for."""
        return self.filter(Q(owner__startswith=f"{name}/") | Q(gathering__name=name))

    def patient(self) -> RunQuerySet:
        """Those that have waited long enough for the devices that suit them best."""
        return self.filter(created_at__lte=Now() - timedelta(seconds=settings.HUB_PLACEMENT_SECONDS))


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Reads of attempts."""

    def visible_to(self, user: Reader) -> AttemptQuerySet:
        """Those of runs of checkpoints whose card ``user`` may read."""
        return self.filter(visible_cards(user, "run__checkpoint__card__")).distinct()

    def lately(self, seconds: float) -> AttemptQuerySet:
        """Those that are under way or ended in so many seconds past, newest first."""
        recent = self.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=Now() - timedelta(seconds=seconds)))
        return recent.order_by("-began_at", "-pk")

    def for_lines(self) -> AttemptQuerySet:
        """With what a line names, without the long texts of their runs."""
        named = ("run__checkpoint__revision", "run__checkpoint__card__name", "run__checkpoint__card__slug")
        own = ("number", "devices", "began_at", "ended_at", "outcome", "reason", "run__state")
        return self.select_related("run__checkpoint__card").only(*own, *named).order_by("-began_at", "-pk")


class DeviceQuerySet(models.QuerySet["Device"]):
    """Reads of devices."""

    def live(self, also: int | None = None) -> DeviceQuerySet:
        """Devices whose worker gave a sign of life within ``NODE_LIVE_SECONDS``; ``also``: one that counts anyway."""
        lives = Q(seen_at__gte=Now() - timedelta(seconds=settings.NODE_LIVE_SECONDS))
        return self.filter(lives | Q(pk=also) if also else lives)

    def taking(self) -> DeviceQuerySet:
        """Live ones that take new work."""
        return self.live().filter(draining=False)

    def for_page(self) -> DeviceQuerySet:
        """With their nodes, in a stable order."""
        return self.select_related("node").order_by("node__name", "name")


class CellQuerySet(models.QuerySet["Cell"]):
    """Reads of cells."""

    def visible_to(self, user: Reader) -> CellQuerySet:
        """Cells of checkpoints whose card ``user`` may read."""
        return self.filter(visible_cards(user, "checkpoint__card__")).distinct()

    def under_way(self) -> CellQuerySet:
        """Queued and running cells."""
        return self.filter(state__in=UNDER_WAY)

    def ended_badly(self) -> CellQuerySet:
        """Failed and cancelled cells."""
        return self.filter(state__in=ENDED_BADLY)

    def wanted_by_others(self, evaluation: int) -> CellQuerySet:
        """Cells that another evaluation, not cancelled, wants too."""
        from evaluation.models import EvaluationCell

        links = EvaluationCell.objects.filter(cell=OuterRef("pk"), evaluation__cancelled_at__isnull=True)
        return self.filter(Exists(links.exclude(evaluation=evaluation)))

    def wanted_by_others_than(self, person: Reader) -> CellQuerySet:
        """Cells that an evaluation of somebody else, not cancelled, wants."""
        from evaluation.models import EvaluationCell

        links = EvaluationCell.objects.filter(cell=OuterRef("pk"), evaluation__cancelled_at__isnull=True)
        return self.filter(Exists(links.exclude(evaluation__requested_by=person.pk)))

    def of_present_weights(self) -> CellQuerySet:
        """Without those that scored weights which their checkpoint has no more."""
        return self.exclude(_OUTDATED)

    def newest(self) -> CellQuerySet:
        """Done cells of the present weights of which no newer generation is done: the ones that are shown."""
        from evaluation.models import Cell

        newer = Cell.objects.of_present_weights().filter(
            checkpoint=OuterRef("checkpoint"),
            task=OuterRef("task"),
            num_fewshot=OuterRef("num_fewshot"),
            settings_key=OuterRef("settings_key"),
            generation__gt=OuterRef("generation"),
            state="done",
        )
        return self.of_present_weights().filter(~Exists(newer), state="done")

    def for_page(self) -> CellQuerySet:
        """With what a row names and its scores, in a stable order."""
        related = self.select_related("checkpoint__card", "task", "run", "sample_set").prefetch_related("scores")
        return related.order_by("checkpoint__card__name", "task__name", "num_fewshot", "generation")


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    """Reads of evaluations."""

    def visible_to(self, user: Reader) -> EvaluationQuerySet:
        """Evaluations that name no card which ``user`` may not read, be it only as one that was refused."""
        from evaluation.models import Evaluation, EvaluationCell
        from modelcards.models import ModelCard

        readable = ModelCard.objects.filter(visible_cards(user))
        cells = EvaluationCell.objects.filter(evaluation=OuterRef("pk")).exclude(cell__checkpoint__card__in=readable)
        asked = Evaluation.cards.through.objects.filter(evaluation=OuterRef("pk")).exclude(modelcard__in=readable)
        return self.filter(~Exists(cells), ~Exists(asked))

    def in_state(self, state: str) -> EvaluationQuerySet:
        """Those whose cells together are ``state``: what moves comes first, then what failed, then cancelled."""
        from evaluation.models import EvaluationCell

        ranked = ("running", "queued", "failed", "cancelled", "done")
        found = self
        for each in ranked[: ranked.index(state) + 1]:
            some = Exists(EvaluationCell.objects.filter(evaluation=OuterRef("pk"), cell__state=each))
            found = found.filter(some if each == state else ~some)
        return found

    def ending(self) -> EvaluationQuerySet:
        """Open ones in which nothing moves any more: every cell has ended, or a person cancelled the rest."""
        from evaluation.models import EvaluationCell

        moving = EvaluationCell.objects.filter(evaluation=OuterRef("pk"), cell__state__in=UNDER_WAY)
        return self.filter(Q(cancelled_at__isnull=False) | ~Exists(moving), ended_at__isnull=True)

    def for_list(self) -> EvaluationQuerySet:
        """Newest first, with the person and ``cells_total``, ``cells_done``, ``cells_failed``, ``cells_ended``."""
        return self.select_related("requested_by").annotate(**_cell_counts()).order_by("-pk")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Reads of addresses at which models are served."""

    def visible_to(self, user: Reader) -> EndpointQuerySet:
        """Those of cards that ``user`` may read."""
        return self.filter(visible_cards(user, "checkpoint__card__")).distinct()

    def in_use(self) -> EndpointQuerySet:
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)

    def for_page(self) -> EndpointQuerySet:
        """With what a row names, those in use first, by model and name; ``cells_done`` and ``runs_active`` on each."""
        done, active = Q(checkpoint__cells__state="done"), Q(checkpoint__runs__state__in=UNDER_WAY)
        related = self.select_related("checkpoint__card", "tokenizer", "registered_by").annotate(
            cells_done=Count("checkpoint__cells", filter=done, distinct=True),
            runs_active=Count("checkpoint__runs", filter=active, distinct=True),
        )
        return related.order_by(F("removed_at").asc(nulls_first=True), "checkpoint__card__name", "checkpoint__revision")


class ScoreQuerySet(models.QuerySet["Score"]):
    """Reads of scores."""

    def visible_to(self, user: Reader) -> ScoreQuerySet:
        """Scores of cards that ``user`` may read."""
        return self.filter(visible_cards(user, "card__"), card__archived_at__isnull=True).distinct()

    def of_present_weights(self) -> ScoreQuerySet:
        """Without measurements of weights that the checkpoint has no more; their runs still show them."""
        from evaluation.models import Cell

        return self.exclude(cell__in=Cell.objects.filter(_OUTDATED))


class SampleSetQuerySet(models.QuerySet["SampleSet"]):
    """Reads of sample sets."""

    def kept(self) -> SampleSetQuerySet:
        """Those whose files the retention rule has left."""
        return self.filter(removed_at__isnull=True)


class StatedModelQuerySet(models.QuerySet["StatedModel"]):
    """Reads of the names that result files give models."""

    def visible_to(self, user: Reader) -> StatedModelQuerySet:
        """Names that stand for a card which ``user`` may read."""
        return self.filter(visible_cards(user, "card__"), card__archived_at__isnull=True).distinct()

    def for_page(self) -> StatedModelQuerySet:
        """With their cards and the number of cells, in the order of names."""
        return self.select_related("card").annotate(cells_total=Count("cells", distinct=True)).order_by("name", "pk")


def _cell_counts() -> dict[str, Count]:
    """Numbers of cells by how they stand; each cell once, however many shot counts it answers."""

    def count(*states: str) -> Count:
        return Count("cells", filter=Q(cells__state__in=states) if states else None, distinct=True)

    return {
        "cells_total": count(),
        "cells_done": count("done"),
        "cells_failed": count("failed"),
        "cells_ended": count("done", *ENDED_BADLY),
    }
