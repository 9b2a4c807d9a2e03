"""What evaluation adds to the catalog: scores on cards, a column, a facet, and what to do with chosen models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evaluation.cardscores import CardScores, arrange
from evaluation.comparison.choice import MOST
from evaluation.groupscores import group_scores
from evaluation.models import Benchmark, Cell, Origin, Run, Score
from evaluation.models.run import RunState
from evaluation.places import weights_places
from evaluation.scoreexchange import exchange
from evaluation.tableexport.links import export_links
from evaluation.treescores import tree_scores
from modelcards import registry
from modelcards.curl import curl_line
from modelcards.models import Checkpoint, ModelCard
from modelcards.prepared import Prepared, PreparedAmong
from modelcards.querysets import Reader

QUEUE, REGISTER = "evaluation.add_evaluation", "evaluation.add_endpoint"
# Whether a card has any score or weights at all, whoever may see them.
_any_score = Prepared(lambda pk: Score.objects.filter(card=pk).values_list("pk")[:1])
_any_weights = Prepared(lambda pk: Checkpoint.objects.filter(card=pk).values_list("pk")[:1])


def register() -> None:
    """Fill the catalog's registries; called once when Django is ready."""
    registry.card_panels.append(registry.CardPanel("scores", "evaluation/panels/card_scores.html", scores_panel, 10))
    registry.tree_scores.append(tree_scores())
    registry.score_exchanges.append(exchange())
    registry.card_figures.append(registry.CardFigure("scores", scores_figure))
    registry.card_columns.append(registry.CardColumn("scores", _("Scores"), score_counts, score_count, read_counts))
    registry.card_facets.append(
        registry.CardFacet(
            "has_scores",
            _("Scores"),
            [("yes", _("Any")), ("measured", _("Measured here")), ("published", _("Published")), ("no", _("None"))],
            has_scores,
            read_origins,
        )
    )
    registry.index_sources.append(registry.IndexSource(Score._meta.db_table, "card_id"))
    registry.selection_actions += [
        registry.SelectionAction("evaluate", _("Evaluate"), _address("evaluation:new"), permission=QUEUE),
        registry.SelectionAction("serve", _("Register a server"), _served, most=1, permission=REGISTER),
        registry.SelectionAction("compare", _("Compare"), _address("evaluation:compare"), 2, MOST, primary=True),
    ]
    registry.archive_guards.append(active_runs)
    registry.weights_places.append(weights_places)


def active_runs(card: ModelCard) -> str:
    """Why a card cannot be archived now: work on it is waiting or under way."""
    count = Run.objects.filter(checkpoint__card=card, state__in=(RunState.QUEUED, RunState.RUNNING)).count()
    said = ngettext("%(n)d run is waiting or under way", "%(n)d runs are waiting or under way", count)
    return said % {"n": count} if count else ""


def card_scores(request: HttpRequest, card: ModelCard) -> CardScores:
    """The scores of a card that the reader may see, arranged; read once a request."""
    kept: dict[int, CardScores] = request.__dict__.setdefault("_card_scores", {})
    if card.pk not in kept:
        scores = Score.objects.visible_to(request.user).of_present_weights().filter(card=card).order_by("pk")
        # Most cards have none: then the short question is all that is asked.
        some = _any_score.rows(card.pk)
        rows = list(scores.select_related("cell__task", "benchmark", "checkpoint")) if some else []
        if any(row.origin == Origin.MEASURED for row in rows):
            rows += group_scores(Cell.objects.visible_to(request.user).filter(checkpoint__card=card))
        kept[card.pk] = arrange(rows, Benchmark.objects.all() if rows else ())
    return kept[card.pk]


def scores_panel(request: HttpRequest, card: ModelCard) -> dict[str, Any] | None:
    """The score panels of a card's page; None without scores and without weights that could be scored."""
    scores = card_scores(request, card)
    weights = _any_weights.rows(card.pk)
    if not scores.values and not weights:
        return None
    address = f"{reverse('evaluation:new')}?{urlencode({'models': card.slug})}"
    return {
        "scores": scores,
        "evaluate": address if weights else "",
        "exports": export_links(request, path=reverse("evaluation:card-scores", args=[card.slug])),
        "api": curl_line(request, "scores", urlencode({"model": card.slug})),
    }


def scores_figure(request: HttpRequest, card: ModelCard) -> tuple[str, str]:
    """How many scores a card has."""
    scores = card_scores(request, card)
    published = ngettext("%(n)d published score", "%(n)d published scores", scores.published)
    told = [published % {"n": scores.published}, _("%(n)d measured") % {"n": scores.measured}]
    if scores.imported:
        told.append(_("%(n)d imported") % {"n": scores.imported})
    return str(scores.count), ", ".join(told)


def score_count() -> Any:
    """The database's expression of a card's number of scores."""
    counted = Score.objects.filter(card=OuterRef("pk")).order_by().values("card").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def score_counts(request: HttpRequest, cards: list[int]) -> dict[int, Any]:
    """Card id to its number of scores."""
    found = _score_counts(request.user, cards) if request.user.is_authenticated else _PUBLIC_COUNTS.rows(cards)
    return dict.fromkeys(cards, 0) | dict(found)


def _score_counts(user: Reader, cards: list[int]) -> QuerySet[Score, Any]:
    rows = Score.objects.visible_to(user).filter(card__in=cards).order_by().values_list("card")
    return rows.annotate(n=Count("pk", distinct=True))


# What a visitor sees is the same for everyone, and asked for most often.
_PUBLIC_COUNTS = PreparedAmong(lambda cards: _score_counts(AnonymousUser(), cards))


def has_scores(value: str) -> Q:
    """Cards with any score, with measured ones, with published ones, or with none."""
    scores = Score.objects.filter(card=OuterRef("pk"))
    if value in ("yes", "no"):
        return Q(Exists(scores)) if value == "yes" else ~Q(Exists(scores))
    return Q(Exists(scores.filter(origin=Origin.MEASURED if value == "measured" else Origin.PUBLISHED)))


def read_origins(cards: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Card id to the values of ``has_scores`` that hold for it."""
    rows = Score.objects.filter(among(cards)).order_by().values_list("card", "origin").distinct()
    found: dict[int, set[str]] = {}
    for card, origin in rows:
        found.setdefault(card, {"yes"}).add(origin)
    told = {"yes", str(Origin.MEASURED), str(Origin.PUBLISHED)}
    return {card: tuple(sorted(found[card] & told)) if card in found else ("no",) for card in cards}


def read_counts(cards: Sequence[int]) -> dict[int, float | None]:
    """Card id to its number of scores."""
    rows = Score.objects.filter(among(cards)).order_by().values_list("card").annotate(n=Count("pk"))
    return {**dict.fromkeys(cards, 0), **dict(rows)}


def among(cards: Sequence[int]) -> Q:
    """The condition that a score is of one of these cards: by the range of ids where they are many, for speed."""
    if len(cards) <= 500:
        return Q(card__in=cards)
    return Q(card__gte=min(cards), card__lte=max(cards))


def _served(slugs: list[str]) -> str:
    """Where an address is registered at which a model is served."""
    return f"{reverse('evaluation:endpoints')}?{urlencode({'model': slugs[0]})}"


def _address(name: str) -> Any:
    """The address of a page that takes ``models=a,b``."""
    return lambda slugs: f"{reverse(name)}?{urlencode({'models': ','.join(slugs)}, safe=',')}"
