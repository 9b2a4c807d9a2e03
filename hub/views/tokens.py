"""A person's own API tokens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hub.actions import token_create, token_revoke
from hub.forms import TokenForm
from hub.models import ApiToken


@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of the one who asks, and a form for another. A new secret is shown in this answer and never again."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        person = signed_in(request)
        _token, secret = token_create(who=person, user=person, **form.cleaned_data)
        form = TokenForm()
    mine = ApiToken.objects.visible_to(request.user)
    status = 400 if form.errors else 200
    return render(request, "account/tokens.html", {"form": form, "secret": secret, "tokens": mine}, status=status)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    token_revoke(who=signed_in(request), token=token)
    messages.success(request, _("The token is revoked."))
    return redirect("tokens")


def signed_in(request: HttpRequest) -> User:
    """The person behind a request that ``login_required`` let through."""
    assert isinstance(request.user, User)
    return request.user
