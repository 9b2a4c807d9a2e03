"""The names that result files give models: what each is taken for, and how a person sets it right."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from evaluation.actions.name_rules import RuleError, name_correct, names_match, rule_forget, rule_save
from evaluation.models import NameRule, StatedModel
from evaluation.results.matching import rule_shown
from evaluation.results.rules import SHIPPED
from evaluation.views.results import evaluator

PAGE = 50


@login_required
@require_safe
def names(request: HttpRequest) -> HttpResponse:
    """``/evaluations/import/names/``: names with their cards, and the rules; ``search`` and ``page`` are in the URL."""
    return _page(request, {})


@login_required
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """This name means another card."""
    user = evaluator(request)
    stated = get_object_or_404(StatedModel.objects.visible_to(user).select_related("card"), pk=pk)
    try:
        moved = name_correct(user=user, stated=stated, target=request.POST.get("target", ""))
    except RuleError as error:
        return _page(request, {"wrong_name": stated.pk, "wrong": error.errors, "given": request.POST})
    said = {"name": moved.name, "card": moved.new}
    messages.success(request, _("“%(name)s” is taken for %(card)s, now and in files to come.") % said)
    return redirect("evaluation:names")


@login_required
@require_POST
def rule(request: HttpRequest) -> HttpResponse:
    """Add a rule, or change that of the same pattern."""
    given = {name: request.POST.get(name, "") for name in ("pattern", "target", "note")}
    try:
        rule_save(user=evaluator(request), **given)
    except RuleError as error:
        return _page(request, {"rule_wrong": error.errors, "given": given})
    messages.success(request, _("The rule is kept. It holds for files to come; match the names again for the others."))
    return redirect("evaluation:names")


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a rule."""
    user, row = evaluator(request), get_object_or_404(NameRule, pk=pk)
    if not rule_shown(row, user):
        raise Http404
    rule_forget(user=user, row=row)
    messages.success(request, _("The rule is gone."))
    return redirect("evaluation:names")


@login_required
@require_POST
def match_again(request: HttpRequest) -> HttpResponse:
    """Match all names with cards again."""
    moves = names_match(user=evaluator(request))
    said = ngettext("%(n)d name means another card now.", "%(n)d names mean other cards now.", len(moves))
    messages.success(request, said % {"n": len(moves)} if moves else _("Every name still means the same card."))
    return redirect("evaluation:names")


def _page(request: HttpRequest, more: dict[str, object]) -> HttpResponse:
    user = evaluator(request)
    search = request.GET.get("search", "").strip()[:200]
    rows = StatedModel.objects.visible_to(user)
    if search:
        rows = rows.filter(name__icontains=search) | rows.filter(card__name__icontains=search)
    own = NameRule.objects.select_related("who")
    patterns = {one.pattern.lower() for one in own}
    context = {
        "page": Paginator(StatedModel.objects.filter(pk__in=rows).for_page(), PAGE).get_page(request.GET.get("page")),
        "search": search,
        "rules": [one for one in own if rule_shown(one, user)],
        "shipped": [one for one in SHIPPED if one.pattern.lower() not in patterns],
        **more,
    }
    return render(request, "evaluation/names.html", context, status=422 if more else 200)
