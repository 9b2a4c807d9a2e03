"""Addresses at which models are served: what each can do, and registering, probing and removing them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from evaluation.actions import ActionError, endpoint_probe, endpoint_register, endpoint_remove
from evaluation.actions.permission import may_queue, may_register
from evaluation.core.request import RequestError
from evaluation.endpointform import EndpointForm
from evaluation.endpoints import length
from evaluation.models import Endpoint

ABILITIES = (
    ("completions", gettext_lazy("completions")),
    ("echo", gettext_lazy("likelihoods (echo)")),
    ("chat", gettext_lazy("chats")),
    ("token_prompts", gettext_lazy("token ids")),
    ("tokenizer", gettext_lazy("tokenizer")),
)


@dataclass(frozen=True)
class Line:
    """One address. ``able``: what it can do and cannot, in words; ``length``: tokens of the longest text."""

    endpoint: Endpoint
    able: list[tuple[str, bool]]
    readable_tokenizer: bool
    length: int


@login_required
@never_cache
def endpoints(request: HttpRequest) -> HttpResponse:
    """Every address of cards that the reader may read; POST registers another."""
    if not (may_queue(request.user) or may_register(request.user)):
        raise PermissionDenied(_("Only evaluators see the addresses of served models."))
    form = EndpointForm(request.POST or None, user=request.user, model=request.GET.get("model", ""))
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = endpoint_register(user=request.user, asked=form.asked())
        except RequestError as wrong:
            form.wrong(wrong.errors)
        except ActionError as refused:
            raise PermissionDenied(refused.reason) from None
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": endpoint})
            return redirect(f"{reverse('evaluation:endpoints')}#e-{endpoint.pk}")
    context = {
        "lines": [_line(one) for one in Endpoint.objects.visible_to(request.user).for_page()],
        "form": form,
        "may_register": may_register(request.user),
        "may_probe": may_queue(request.user),
    }
    return render(request, "evaluation/endpoints.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def probe(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it again what it can do."""
    endpoint = _visible(request, pk)
    try:
        endpoint = endpoint_probe(user=request.user, endpoint=endpoint)
    except ActionError as refused:
        messages.error(request, refused.reason)
    else:
        said = {"name": endpoint, "problem": endpoint.problem}
        if endpoint.problem:
            messages.warning(request, _("%(name)s: %(problem)s") % said)
        else:
            messages.success(request, _("%(name)s answers.") % said)
    return redirect(f"{reverse('evaluation:endpoints')}#e-{pk}")


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it no more."""
    endpoint = _visible(request, pk)
    try:
        endpoint_remove(user=request.user, endpoint=endpoint)
    except ActionError as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("%(name)s is asked no more.") % {"name": endpoint})
    return redirect("evaluation:endpoints")


def _visible(request: HttpRequest, pk: int) -> Endpoint:
    mine = Endpoint.objects.visible_to(request.user).in_use().select_related("checkpoint__card")
    return get_object_or_404(mine, pk=pk)


def _line(endpoint: Endpoint) -> Line:
    able = [(str(words), bool(endpoint.abilities.get(name))) for name, words in ABILITIES]
    readable = endpoint.tokenizer is not None or bool(endpoint.abilities.get("tokenizer"))
    return Line(endpoint, able, readable, length(endpoint))
