"""The root of the API: ``/api/v1/``."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from evaluation.actions.errors import ActionError, NotAllowed
from evaluation.api import router as evaluation_router
from evaluation.claims_api import router as claims_router
from evaluation.compare_api import router as compare_router
from evaluation.core.request import RequestError
from evaluation.leaderboard.api import router as leaderboard_router
from evaluation.nodes_api import router as nodes_router
from evaluation.notices.api import router as notices_router
from evaluation.plots_api import router as plots_router
from evaluation.queue_api import router as queue_router
from evaluation.sidebyside.api import router as sidebyside_router
from evaluation.uploads.api import router as uploads_router
from hub import __version__
from hub.access import Access
from modelcards.api import router as models_router
from modelcards.conditional import conditional
from modelcards.edits import EditErrors
from modelcards.rest import ProblemError, wrong_fields

log = logging.getLogger(__name__)

api = NinjaAPI(
    title="Arboretum",
    version=__version__,
    description="Models, evaluations and scores. Reading is open unless the site is private; "
    "writing needs a token that may write. Lists answer count, items and next.",
    urls_namespace="api",
    auth=Access(),
)
api.add_decorator(conditional, mode="view")
api.add_router("", models_router)
api.add_router("", evaluation_router)
api.add_router("", queue_router)
api.add_router("", compare_router)
api.add_router("", claims_router)
api.add_router("", sidebyside_router)
api.add_router("", leaderboard_router)
api.add_router("", plots_router)
api.add_router("", nodes_router)
api.add_router("", uploads_router)
api.add_router("", notices_router)


@api.exception_handler(ProblemError)
def problem(request: HttpRequest, found: ProblemError) -> HttpResponse:
    """Any refusal, as RFC 9457 has it."""
    response = JsonResponse(found.body(), status=found.status, content_type="application/problem+json")
    if found.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    for name, value in found.headers.items():
        response.headers[name] = value
    return response


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, found: ValidationError) -> HttpResponse:
    """A parameter that has the wrong type or lies outside its bounds."""
    errors: dict[str, list[str]] = {}
    for one in found.errors:
        errors.setdefault(str(one["loc"][-1]), []).append(str(one["msg"]))
    return problem(request, wrong_fields(errors))


@api.exception_handler(RequestError)
def unanswerable(request: HttpRequest, found: RequestError) -> HttpResponse:
    """An evaluation that cannot be carried out, by field."""
    return problem(request, wrong_fields(found.errors))


@api.exception_handler(ActionError)
def refused(request: HttpRequest, found: ActionError) -> HttpResponse:
    """403 for what this person may not do, 409 for what cannot be done now."""
    if isinstance(found, NotAllowed):
        return problem(request, ProblemError(403, _("Not allowed"), found.reason))
    return problem(request, ProblemError(409, _("Not possible now"), found.reason))


@api.exception_handler(PermissionDenied)
def not_allowed(request: HttpRequest, found: Exception) -> HttpResponse:
    """What this person may not do in the catalog."""
    return problem(request, ProblemError(403, _("Not allowed"), str(found)))


@api.exception_handler(EditErrors)
def wrong_edit(request: HttpRequest, found: EditErrors) -> HttpResponse:
    """A change of a card that cannot be stored, by field."""
    return problem(request, wrong_fields(found.errors))


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, found: Exception) -> HttpResponse:
    """A body beyond what the site reads at once."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
    reason = _("This site reads bodies of at most %(most)d MB. Load larger files on its import page.") % {"most": most}
    return problem(request, ProblemError(413, _("Too large"), reason))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, found: Exception) -> HttpResponse:
    """Not there, or not open to the one who asks."""
    return problem(request, ProblemError(404, _("Not found"), _("There is no such thing, or it is not open to you.")))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, found: HttpError) -> HttpResponse:
    """What the framework refuses by itself, such as a body that is no JSON."""
    return problem(request, ProblemError(found.status_code, _("This request cannot be read"), str(found)))


@api.exception_handler(Exception)
def broken(request: HttpRequest, found: Any) -> HttpResponse:
    """The cause goes to the log, and only there."""
    log.error("API: %s %s", request.method, request.path, exc_info=found)
    return problem(request, ProblemError(500, _("Something broke"), _("The error was written to the log.")))
