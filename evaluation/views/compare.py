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
from evaluation.comparison.choice import BEST, MOST, CompareChoice, read_choice
from evaluation.comparison.contenders import Contender, Lineup, contenders
from evaluation.comparison.detail import row_detail
from evaluation.comparison.figures import forest_figure, profile_figure, seed_figure
from evaluation.comparison.reading import Comparison
from evaluation.comparison.reading import compare as compared
from evaluation.comparison.sheets import sheets
from evaluation.comparison.summary import summary
from evaluation.comparison.table import TableCell, TableRow
from evaluation.tableexport import asked_sheet, export_links
from modelcards.curl import curl_line
from modelcards.filters import RELEVANCE, ModelFilters
from modelcards.index import catalog_index
from modelcards.models import Checkpoint, ModelCard

CURVES = 6
DRAWN = 24
# Of a large catalog so many models are offered unasked.
OFFERED = 300


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """``/compare/?models=a,b``: facts and scores of two to eight models; the whole state is in the address."""
    repeated = request.GET.getlist("models")
    choice = read_choice(request.GET, repeated)
    changed = _changed(request, choice)
    if changed or len(repeated) > 1:
        twice = (*choice.models, *choice.repeated, *choice.surplus)
        return redirect(reverse("evaluation:compare") + (changed or choice.query(models=twice)))
    lineup = contenders(request.user, choice)
    context = _frame(request, choice, lineup)
    if len(lineup.models) < 2:
        return render(request, "evaluation/compare_empty.html", {**context, "picks": _picks(request, lineup.models)})
    found = compared(request.user, choice, lineup)
    address = request.build_absolute_uri(request.path + choice.query())
    if answer := asked_sheet(request, sheets(found, address), "compare"):
        return answer
    return render(request, "evaluation/compare.html", {**context, **_comparison(request, found)})


def _frame(request: HttpRequest, choice: CompareChoice, lineup: Lineup) -> dict[str, Any]:
    """What stands on the page with or without enough models."""
    return {
        "choice": choice,
        "models": lineup.models,
        "unknown": lineup.unknown,
        "twice": (*choice.repeated, *lineup.twice),
        "most": MOST,
        "cards": _offered(request),
        "room": len(lineup.models) < MOST,
    }


def _changed(request: HttpRequest, choice: CompareChoice) -> str:
    """The address after a form of the page added a model or put one in the place of another; blank if none did."""
    added = _slug(request, request.GET.get("add", ""))
    if not added:
        return choice.query() if "add" in request.GET else ""
    instead = request.GET.get("instead", "")
    models = choice.models
    if instead in models and added not in models:
        models = tuple(added if one == instead else one for one in models)
    else:
        models = (*models, added)
    return choice.query(models=(*models, *choice.surplus))


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


def _comparison(request: HttpRequest, found: Comparison) -> dict[str, Any]:
    choice, models, rows = found.choice, found.models, found.rows
    curves = shot_figures(found.every, models, _address)
    pinned = choice.pin or (found.lineup.base.asked if found.lineup.base else "")
    return {
        "base": found.lineup.base,
        "best": BEST,
        "pinned": next((one.position for one in models if one.asked == pinned), None),
        "facts": [row for row in found.facts if not (choice.differences and row.same)],
        "same": [row.name for row in found.facts if row.same],
        "rows": rows,
        "shots": [(one, choice.query(shots=one)) for one in found.shots],
        "summary": summary(rows),
        "lanes": 2 + 12 * len(models),
        "many": len(models) > 2,
        "row_links": choice.query(row=""),
        "mixed": len({cell.origin for row in rows for cell in row.cells if cell.shown}) > 1,
        "can_queue": _askable(models),
        "detail": row_detail(found.row) if found.row else None,
        "standing": found.standing,
        "seeds": found.seeds,
        **_figures(found),
        "curves": curves[:CURVES],
        "curves_left": max(0, len(curves) - CURVES),
        "further": found.further,
        "hidden_metrics": found.hidden_metrics,
        "hidden_parts": found.hidden_parts,
        "links": _links(choice, models),
        "exports": {name: export_links(request, name) for name in ("scores", "pairs", "ranks", "facts", "seeds")},
        "api": curl_line(request, "compare", choice.query(row="").removeprefix("?")),
        "queue": _queue(rows),
    }


def _figures(found: Comparison) -> dict[str, Any]:
    """Bars and profile are of one shot count, so that a task stands there once."""
    models, shots = found.models, _bar_shots(found.every, found.choice.shots)
    bars = _drawn([row for row in found.rows if row.key.num_fewshot == shots])
    return {
        "undrawn": len(found.rows) > DRAWN,
        "bars": bar_figure(bars, models, _address) if any(row.fraction for row in bars) else None,
        "bar_shots": shots,
        "forest": forest_figure(_drawn([row for row in found.rows if row.pairs]), models, _address),
        "profile": profile_figure(bars, models, _address),
        "seed_figure": seed_figure(found.seeds, lambda run: reverse("evaluation:run", args=[run])),
    }


def _drawn(rows: Sequence[TableRow]) -> list[TableRow]:
    """As many rows as a figure can hold, benchmarks of the catalog first, in the order of the table."""
    foremost = sorted(rows, key=lambda row: not row.catalogued)[:DRAWN]
    return [row for row in rows if row in foremost] if len(rows) > DRAWN else list(rows)


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
        "every_shot_csv": choice.query(shots="", format="csv", table="scores"),
        "known": choice.query(models=tuple(one.asked for one in models)),
        "best": choice.query(baseline=BEST),
        "per_model": {
            one.asked: {
                "remove": choice.without(one.asked),
                "baseline": choice.query(baseline=one.asked),
                "pin": choice.query(pin="" if choice.pin == one.asked else one.asked),
            }
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
