"""Models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.charts import bar_figure, shot_figures
from evaluation.comparison.choice import MOST, CompareChoice, read_choice
from evaluation.comparison.contenders import Contender, contenders
from evaluation.comparison.facts import fact_rows
from evaluation.comparison.pairs import difference
from evaluation.comparison.scores import Subjects, gather, parts_of_large_groups, shots_of
from evaluation.comparison.table import TableCell, TableRow, summary, table
from evaluation.comparison.unmeasurable import explain
from modelcards.filters import RELEVANCE, ModelFilters
from modelcards.index import catalog_index
from modelcards.models import Checkpoint, ModelCard

CURVES = 6
# Of a large catalog so many models are offered unasked.
OFFERED = 300


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """``/compare/?models=a,b``: facts and scores of two to six models; the whole state is in the address."""
    repeated = request.GET.getlist("models")
    choice = read_choice(request.GET, repeated)
    changed = _changed(request, choice)
    if changed or len(repeated) > 1:
        return redirect(reverse("evaluation:compare") + (changed or choice.query()))
    models, unknown = contenders(request.user, choice)
    context: dict[str, Any] = {
        "choice": choice,
        "models": models,
        "unknown": unknown,
        "most": MOST,
        "cards": _offered(request),
        "room": len(models) < MOST,
    }
    if len(models) < 2:
        return render(request, "evaluation/compare_empty.html", {**context, "picks": _picks(request, models)})
    return render(request, "evaluation/compare.html", {**context, **_comparison(request, choice, models)})


def _changed(request: HttpRequest, choice: CompareChoice) -> str:
    """The address after a form of the page added a model or put one in the place of another; blank if none did."""
    added = _slug(request, request.GET.get("add", ""))
    if not added:
        return choice.query() if "add" in request.GET else ""
    instead = request.GET.get("instead", "")
    models = tuple(added if one == instead else one for one in choice.models)
    if added not in models:
        models = (*models, added)
    return choice.query(models=tuple(dict.fromkeys((*models, *choice.surplus))))


def _offered(request: HttpRequest) -> QuerySet[ModelCard]:
    """The models that the box completes: all of a small catalog, of a large one those with most scores."""
    ids = catalog_index().find(ModelFilters(sort="-scores", page_size=OFFERED), request.user).page_ids()
    return ModelCard.objects.visible_to(request.user).filter(pk__in=ids).order_by("name").only("slug", "name")


def _slug(request: HttpRequest, text: str) -> str:
    """What was typed as a slug: a model may also be named by its name."""
    text = text.replace("\0", "").strip()[:240]
    cards = ModelCard.objects.visible_to(request.user)
    if not text or cards.filter(slug=text).exists():
        return text
    ids = catalog_index().find(ModelFilters(search=text, sort=RELEVANCE, page_size=OFFERED), request.user).page_ids()
    named = cards.filter(pk__in=ids, name__iexact=text).order_by("name").values_list("slug", flat=True)
    return named.first() or text


def _picks(request: HttpRequest, chosen: Sequence[Contender]) -> list[ModelCard]:
    """What a newcomer might compare: models with measured scores first, then those with the most published ones."""
    wish = ModelFilters(facets={"has_scores": ("measured",)}, sort="-scores", page_size=OFFERED)
    most = [catalog_index().find(asked, request.user).page_ids() for asked in (wish, replace(wish, facets={}))]
    # Who may see them is asked of the cards below; asked here, the database would walk every checkpoint.
    here = Checkpoint.objects.exclude(path="").order_by().values_list("card", flat=True)[:OFFERED]
    cards = ModelCard.objects.visible_to(request.user).filter(pk__in={*most[0], *most[1], *here})
    counted = cards.exclude(pk__in=[one.card.pk for one in chosen]).annotate(
        measured=Count("scores", filter=Q(scores__origin="measured"), distinct=True),
        here=Count("checkpoints", filter=~Q(checkpoints__path=""), distinct=True),
        told=Count("scores", distinct=True),
    )
    return list(counted.filter(Q(told__gt=0) | Q(here__gt=0)).order_by("-measured", "-here", "-told", "name")[:12])


def _comparison(request: HttpRequest, choice: CompareChoice, models: Sequence[Contender]) -> dict[str, Any]:
    facts = fact_rows(models)
    subjects = Subjects()
    gathered = gather(request.user, models, subjects)
    every = table(models, gathered, subjects, difference, choice)
    alone = [row for row in every if not row.joint]
    every = every if choice.every_row or len(alone) == len(every) else [row for row in every if row.joint]
    rows = explain([row for row in every if choice.shots in (None, row.key.num_fewshot)])
    bars = [row for row in rows if row.key.num_fewshot == _bar_shots(every, choice.shots)]
    curves = shot_figures(every, models, _address)
    return {
        "base": next(one for one in models if one.baseline),
        "facts": [row for row in facts if not (choice.differences and row.same)],
        "same": [row.name for row in facts if row.same],
        "rows": rows,
        "shots": [(one, choice.query(shots=one)) for one in shots_of(row.key for row in every)],
        "summary": summary(rows),
        "lanes": 2 + 12 * len(models),
        "mixed": len({cell.origin for row in rows for cell in row.cells if cell.shown}) > 1,
        "can_queue": _askable(models),
        "bars": bar_figure(bars, models, _address) if any(row.fraction for row in bars) else None,
        "bar_shots": _bar_shots(every, choice.shots),
        "curves": curves[:CURVES],
        "curves_left": max(0, len(curves) - CURVES),
        "alone": len(alone),
        "hidden_metrics": sum(not subjects.is_primary(key) for key in gathered),
        "hidden_parts": len(parts_of_large_groups(gathered, subjects)),
        "links": _links(choice, models),
        "queue": _queue(rows),
    }


def _bar_shots(rows: Sequence[TableRow], chosen: int | None) -> int | None:
    """The shot count of the bars: the chosen one, else the one at which the most models have the most scores."""
    if chosen is not None:
        return chosen
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.key.num_fewshot] = counts.get(row.key.num_fewshot, 0) + sum(bool(cell.shown) for cell in row.cells)
    return max(counts, key=lambda shots: (counts[shots], -shots), default=None)


def _address(cell: TableCell) -> str:
    """Where a click on a value leads: its run, else the card."""
    measured = cell.measured
    if measured and measured.run:
        return reverse("evaluation:run", args=[measured.run])
    return reverse("modelcards:card", args=[cell.model.card.slug])


def _links(choice: CompareChoice, models: Sequence[Contender]) -> dict[str, Any]:
    """Addresses of the same page with one thing changed."""
    return {
        "differences": choice.query(differences="" if choice.differences else 1),
        "metrics": choice.query(metrics="" if choice.every_metric else "all"),
        "rows": choice.query(rows="" if choice.every_row else "all"),
        "parts": choice.query(parts="" if choice.every_part else "all"),
        "all_shots": choice.query(shots=""),
        "known": choice.query(models=tuple(one.asked for one in models)),
        "per_model": {
            one.asked: {"remove": choice.without(one.asked), "baseline": choice.query(baseline=one.asked)}
            for one in models
        },
    }


def _askable(models: Sequence[Contender]) -> str:
    """The models that can be measured here, as a query of the form; blank where none can."""
    asked = [one.asked for one in models if one.checkpoint]
    return "?" + urlencode({"models": ",".join(asked)}, safe=",@") if asked else ""


def _queue(rows: Sequence[TableRow]) -> str:
    """One query for all missing cells that can be measured here; blank where there are none."""
    missing = [(cell.model.asked, row.task, row.key.num_fewshot) for row in rows for cell in row.cells if cell.queue]
    if not missing:
        return ""
    words = [",".join(dict.fromkeys(str(one[place]) for one in missing)) for place in range(3)]
    return "?" + "&".join(
        f"{name}={word}" for name, word in zip(("models", "tasks", "num_fewshot"), words, strict=True)
    )
