"""What evaluation adds to the catalog: scores on cards, a column, a facet, and what to do with chosen models."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evaluation.cardscores import CardScores, arrange
from evaluation.models import Benchmark, Origin, Score
from evaluation.treecolours import tree_colours
from modelcards import registry
from modelcards.models import ModelCard


def register() -> None:
    """Fill the catalog's registries; called once when Django is ready."""
    registry.card_panels.append(registry.CardPanel("scores", "evaluation/panels/card_scores.html", scores_panel, 10))
    registry.tree_overlays += tree_colours()
    registry.card_figures.append(registry.CardFigure("scores", scores_figure))
    registry.card_columns.append(registry.CardColumn("scores", _("Scores"), score_counts, score_count))
    registry.card_facets.append(
        registry.CardFacet(
            "has_scores",
            _("Scores"),
            [("yes", _("Any")), ("measured", _("Measured here")), ("published", _("Published")), ("no", _("None"))],
            has_scores,
        )
    )
    registry.selection_actions += [
        registry.SelectionAction("evaluate", _("Evaluate"), _address("evaluation:new"), signed_in=True),
        registry.SelectionAction("compare", _("Compare"), _address("evaluation:compare"), 2, 6, primary=True),
    ]


def card_scores(request: HttpRequest, card: ModelCard) -> CardScores:
    """The scores of a card that the reader may see, arranged; read once a request."""
    kept: dict[int, CardScores] = request.__dict__.setdefault("_card_scores", {})
    if card.pk not in kept:
        scores = Score.objects.visible_to(request.user).of_present_weights().filter(card=card).order_by("pk")
        kept[card.pk] = arrange(scores.select_related("cell__task", "benchmark", "checkpoint"), Benchmark.objects.all())
    return kept[card.pk]


def scores_panel(request: HttpRequest, card: ModelCard) -> dict[str, Any] | None:
    """The score panels of a card's page; None without scores and without weights that could be scored."""
    scores = card_scores(request, card)
    if not scores.values and not card.checkpoints.exists():
        return None
    address = f"{reverse('evaluation:new')}?{urlencode({'models': card.slug})}"
    return {"scores": scores, "evaluate": address if card.checkpoints.exists() else ""}


def scores_figure(request: HttpRequest, card: ModelCard) -> tuple[str, str]:
    """How many scores a card has."""
    scores = card_scores(request, card)
    published = ngettext("%(n)d published score", "%(n)d published scores", scores.published)
    return str(len(scores.values)), _("%(published)s, %(measured)d measured") % {
        "published": published % {"n": scores.published},
        "measured": scores.measured,
    }


def score_count() -> Any:
    """The database's expression of a card's number of scores."""
    counted = Score.objects.filter(card=OuterRef("pk")).order_by().values("card").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def score_counts(request: HttpRequest, cards: list[int]) -> dict[int, Any]:
    """Card id to its number of scores."""
    rows = Score.objects.visible_to(request.user).filter(card__in=cards).order_by().values_list("card")
    return dict.fromkeys(cards, 0) | dict(rows.annotate(n=Count("pk", distinct=True)))


def has_scores(value: str) -> Q:
    """Cards with any score, with measured ones, with published ones, or with none."""
    scores = Score.objects.filter(card=OuterRef("pk"))
    if value in ("yes", "no"):
        return Q(Exists(scores)) if value == "yes" else ~Q(Exists(scores))
    return Q(Exists(scores.filter(origin=Origin.MEASURED if value == "measured" else Origin.PUBLISHED)))


def _address(name: str) -> Any:
    """The address of a page that takes ``models=a,b``."""
    return lambda slugs: f"{reverse(name)}?{urlencode({'models': ','.join(slugs)}, safe=',')}"
