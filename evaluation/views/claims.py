"""Claims: sentences with their verdict, the evidence of one, and the form by which people state their own."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evaluation.actions.claim_write import claim_add, claim_change, claim_remove, may_change_claim, may_claim
from evaluation.actions.errors import NotAllowed
from evaluation.claims.form import ClaimForm, words_of
from evaluation.claims.listing import open_claims, query_of
from evaluation.claims.page import Line, evidence_context
from evaluation.claims.reading import Evidence
from evaluation.claims.sheets import claims_sheet, evidence_sheet
from evaluation.claims.verdict import VERDICTS
from evaluation.claims.wording import NAMES, SIGNS
from evaluation.core.request import RequestError
from evaluation.models import Claim
from evaluation.tableexport import asked_sheet, export_links
from modelcards.curl import curl_line
from modelcards.models import ModelCard

PAGE = 25


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """``/claims/``: every claim that the reader may see, with its verdict on the scores that the reader may see."""
    lines = judged_lines(request)
    wanted = request.GET.get("verdict", "")
    counts = Counter(line.judged.verdict for line in lines)
    shown = [line for line in lines if wanted not in VERDICTS or line.judged.verdict == wanted]
    sheet = lambda: claims_sheet(  # noqa: E731
        [(line.claim, line.judged) for line in shown], request.build_absolute_uri(), lambda slug: _whole(request, slug)
    )
    if answer := asked_sheet(request, {"claims": sheet}, "claims"):
        return answer
    context = {
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "count": len(lines),
        "wanted": wanted if wanted in VERDICTS else "",
        "verdicts": [(word, NAMES[word], SIGNS[word], counts[word]) for word in VERDICTS if counts[word]],
        "may_add": may_claim(request.user),
        "exports": export_links(request),
        "api": curl_line(request, "claims"),
    }
    return render(request, "evaluation/claims.html", context)


def judged_lines(request: HttpRequest) -> list[Line]:
    """All claims that the one who asks may see, each with its verdict."""
    found = open_claims(request.user)
    queries = [query_of(claim) for claim in found]
    evidence = Evidence(request.user, queries)
    return [Line(claim, evidence.judge(query)) for claim, query in zip(found, queries, strict=True)]


@require_safe
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """``/claims/<slug>/``: one claim with the rule, the counts and every row of evidence."""
    found = open_claim(request, slug)
    line = judged_line(request, found)
    sheet = lambda: evidence_sheet(line.sentence, line.judged, request.build_absolute_uri(request.path))  # noqa: E731
    if answer := asked_sheet(request, {"evidence": sheet}, found.slug):
        return answer
    context = {
        "line": line,
        **evidence_context(request, line.judged),
        "may_change": may_change_claim(request.user, found),
        "exports": export_links(request),
        "api": curl_line(request, f"claims/{found.slug}"),
        "csv": f"{request.path}?format=csv",
    }
    return render(request, "evaluation/claim.html", context)


def open_claim(request: HttpRequest, slug: str) -> Claim:
    """The claim, if the one who asks may see it; else the same as where there is none."""
    found = next((one for one in open_claims(request.user) if one.slug == slug), None)
    if found is None:
        raise Http404
    return found


def judged_line(request: HttpRequest, found: Claim) -> Line:
    """One claim with its verdict."""
    query = query_of(found)
    return Line(found, Evidence(request.user, [query]).judge(query))


@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """``/claims/new/``: state a claim; its verdict is shown before it is stored."""
    if not may_claim(request.user):
        raise PermissionDenied(_("Only editors, evaluators and administrators may state claims."))
    form = ClaimForm(request.POST or None, user=request.user, initial=dict(request.GET.items()))
    return _form_page(request, form, None)


@login_required
@never_cache
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """``/claims/<slug>/change/``: another sentence or query for one's own."""
    found = open_claim(request, slug)
    if not may_change_claim(request.user, found):
        raise PermissionDenied(_("Only the person who stated it, or an administrator, may do this."))
    form = ClaimForm(request.POST or None, user=request.user, initial=words_of(found, query_of(found)))
    return _form_page(request, form, found)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one's own away."""
    found = open_claim(request, slug)
    try:
        claim_remove(user=request.user, claim=found)
    except NotAllowed as refused:
        raise PermissionDenied(refused.reason) from None
    messages.success(request, _("The claim is removed."))
    return redirect("evaluation:claims")


def _form_page(request: HttpRequest, form: ClaimForm, found: Claim | None) -> HttpResponse:
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid() and form.query:
        if "preview" not in request.POST:
            if stored := _store(request, form, found):
                return redirect("evaluation:claim", slug=stored.slug)
        else:
            judged = Evidence(request.user, [form.query]).judge(form.query)
            sentence = Claim(sentence=form.cleaned_data["sentence"], source=form.cleaned_data["source"])
            context = {"line": Line(sentence, judged), **evidence_context(request, judged)}
    cards = ModelCard.objects.visible_to(request.user).filter(scores__isnull=False).distinct().order_by("slug")
    context |= {"form": form, "claim": found, "cards": cards.values_list("slug", "name")[:500]}
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "evaluation/claim_form.html", context, status=status)


def _store(request: HttpRequest, form: ClaimForm, found: Claim | None) -> Claim | None:
    """The stored claim; None where something is wrong, which then stands beside its field."""
    assert form.query is not None
    values = {"sentence": form.cleaned_data["sentence"], "source": form.cleaned_data["source"], "query": form.query}
    try:
        if found is None:
            return claim_add(user=request.user, **values)
        return claim_change(user=request.user, claim=found, **values)
    except RequestError as wrong:
        form.wrong(wrong.errors)
    except NotAllowed as refused:
        raise PermissionDenied(refused.reason) from None
    return None


def _whole(request: HttpRequest, slug: str) -> str:
    return request.build_absolute_uri(reverse("evaluation:claim", args=[slug]))
