"""Who asks through the API: a token, a session, or nobody."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from hub.actions import token_used
from hub.models import ApiToken, Scope
from modelcards.rest import ProblemError

SAFE = {"GET", "HEAD", "OPTIONS"}


class Access(HttpBearer):
    """Sets ``request.user`` and ``request.token_scope``. Raises Problem 401 or 403; reading needs nobody."""

    csrf = True  # Tells the documentation page to send the session's CSRF token.

    def __call__(self, request: HttpRequest) -> Any:
        if "Authorization" in request.headers:
            return super().__call__(request) or self._refuse(_("Send it as: Authorization: Bearer SECRET"))
        return self.by_session(request)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The person of a living token; never the session of the same browser."""
        found = ApiToken.objects.of_secret(token)
        if found is None:
            return self._refuse(_("This token is not known, or it has expired."))
        if found.scope == Scope.METRICS:
            raise ProblemError(403, _("Not allowed"), _("This token reads /metrics alone."))
        token_used(token=found)
        request.user = found.user
        request.token_scope = found.scope  # type: ignore[attr-defined]
        return found.user

    def by_session(self, request: HttpRequest) -> Any:
        """The person signed in on the site, whose writes must carry the CSRF token; else nobody."""
        if request.user.is_authenticated:
            if request.method not in SAFE and check_csrf(request):
                raise ProblemError(403, _("Not allowed"), _("The CSRF token is missing or old: send X-CSRFToken."))
            return request.user
        if settings.HUB_PRIVATE:
            return self._refuse(_("This site is private."))
        return AnonymousUser()

    def _refuse(self, reason: str) -> Any:
        raise ProblemError(401, _("Sign in"), reason)
