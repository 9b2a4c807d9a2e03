"""The form of a new evaluation. Its whole state is in its address; a preview says what would happen."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evaluation.actions import ActionError, NotAllowed, Submission, evaluation_submit
from evaluation.core.request import DTYPES, EvaluationRequest, RequestError
from evaluation.forms import USUAL_SHOTS, Draft
from evaluation.views.choices import label_choices, model_choices, task_choices
from evaluation.views.live import asks_for, render_live
from evaluation.views.preview import preview


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """GET shows the form as its address prepares it; POST queues and redirects to the evaluation."""
    if request.method == "POST":
        return _queue(request, Draft.read(request.POST))
    return _form(request, Draft.read(request.GET))


def _queue(request: HttpRequest, draft: Draft) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(_address(draft), settings.LOGIN_URL)
    try:
        asked = EvaluationRequest.from_json(draft.mapping())
        submission = evaluation_submit(user=request.user, request=asked)
    except RequestError as wrong:
        return _form(request, draft, wrong.errors, status=422)
    except NotAllowed as refused:
        return _form(request, draft, {"": [refused.reason]}, status=403)
    except ActionError as refused:
        return _form(request, draft, {"": [refused.reason]}, status=422)
    _say(request, submission)
    return redirect("evaluation:evaluation", pk=submission.evaluation.pk)


def _say(request: HttpRequest, submission: Submission) -> None:
    if not submission.woken:
        messages.warning(request, _("Queued; starts when Redis is back. Nothing is lost meanwhile."))
    elif submission.created:
        messages.success(request, _("Queued. This page follows the work; there is no need to reload it."))
    else:
        messages.info(request, _("Everything asked for was there already or is under way; nothing new was queued."))


def _form(
    request: HttpRequest, draft: Draft, errors: Mapping[str, list[str]] | None = None, status: int = 200
) -> HttpResponse:
    plan = preview(request.user, draft)
    context = {
        "draft": draft,
        "preview": plan,
        "errors": {**(plan.errors or {}), **(errors or {})},
        "models": model_choices(request.user, draft.model_search, draft.models, draft.dtype),
        "tasks": task_choices(draft.task_search, draft.tasks),
        "usual_shots": USUAL_SHOTS,
        "dtypes": DTYPES,
        "labels": label_choices(),
        "requires": ", ".join(draft.requires),
        "address": _address(draft),
    }
    response = render_live(
        request, "evaluation/new.html", "evaluation/new_form.html", context, id="builder", status=status
    )
    if asks_for(request, "builder"):
        response["HX-Replace-Url"] = _address(draft)
    return response


def _address(draft: Draft) -> str:
    query = draft.query()
    return reverse("evaluation:new") + (f"?{query}" if query else "")
