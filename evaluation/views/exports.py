"""Results on their way out: an evaluation's or a run's, for lm-eval's readers or for Every Eval Ever."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from evaluation.groups import GroupCell, GroupTree, group_cells
from evaluation.models import Cell, Evaluation, Run
from evaluation.results.exports import KINDS, exportable, harness_zip, records_zip
from modelcards.exchange.streams import gathered


@require_safe
def evaluation(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """``/evaluations/<pk>/results/<kind>.zip``: every done cell of an evaluation, with the scores of its groups."""
    found = get_object_or_404(Evaluation.objects.visible_to(request.user), pk=pk)
    cells = exportable(Cell.objects.visible_to(request.user).filter(evaluations=found).distinct())
    groups = group_cells(GroupTree.of(found.request.get("tasks", [])), cells)
    return _zip(request, kind, f"evaluation-{pk}", cells, groups)


@require_safe
def run(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """``/runs/<pk>/results/<kind>.zip``: every done cell of a run."""
    found = get_object_or_404(Run.objects.visible_to(request.user), pk=pk)
    cells = exportable(Cell.objects.visible_to(request.user).filter(run=found))
    return _zip(request, kind, f"run-{pk}", cells, ())


def _zip(
    request: HttpRequest, kind: str, name: str, cells: Sequence[Cell], groups: Sequence[GroupCell]
) -> HttpResponseBase:
    if kind not in KINDS or not cells:
        raise Http404
    pieces = harness_zip(cells, groups) if kind == "lm-eval" else records_zip(cells, request.get_host())
    response = StreamingHttpResponse(gathered(pieces), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}-{kind}.zip"'
    return response
