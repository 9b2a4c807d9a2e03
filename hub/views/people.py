"""Accounts and their roles, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hub.actions import PeopleError, account_create, account_invite, account_open, account_set
from hub.forms import ROLE_CHOICES, AccountForm
from hub.roles import MEANINGS, NAMES, roles_of
from hub.views.tokens import signed_in

PAGE = 50


@login_required
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """The accounts with their roles; POST makes another, whose invitation is shown in this answer and never again."""
    who = administrator(request)
    form = AccountForm(request.POST or None)
    invited: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            person = account_create(who=who, **form.cleaned_data)
            invited, form = invitation(request, who, person), AccountForm()
        except PeopleError as wrong:
            for field, reasons in wrong.errors.items():
                form.add_error(field if field in form.fields else None, reasons)
    return page(request, form, invited)


@login_required
@require_POST
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account exactly the ticked roles."""
    who, person = administrator(request), get_object_or_404(User, pk=pk)
    try:
        account_set(who=who, person=person, roles=request.POST.getlist("roles"))
        messages.success(request, _("The roles of %(name)s are set.") % {"name": person.username})
    except PeopleError as wrong:
        messages.error(request, str(wrong))
    return redirect(back(request))


@login_required
@require_POST
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    who, person = administrator(request), get_object_or_404(User, pk=pk)
    try:
        changed = account_open(who=who, person=person, active=request.POST.get("active") == "yes")
        said = _("%(name)s may sign in again.") if changed.is_active else _("%(name)s can no longer sign in.")
        messages.success(request, said % {"name": person.username})
    except PeopleError as wrong:
        messages.error(request, str(wrong))
    return redirect(back(request))


@login_required
@require_POST
@never_cache
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A new invitation for an account: its person sets a new password."""
    who, person = administrator(request), get_object_or_404(User, pk=pk, is_active=True)
    return page(request, AccountForm(), invitation(request, who, person))


def page(request: HttpRequest, form: AccountForm, invited: dict[str, Any]) -> HttpResponse:
    """The list at its page and search, with what has just come of the form."""
    search = request.GET.get("q", "").strip()[:150].replace("\0", "")
    rows = User.objects.filter(username__icontains=search).order_by("-is_active", "username").prefetch_related("groups")
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "search": search,
        "page": shown,
        "rows": [(person, roles_of(person)) for person in shown],
        "choices": ROLE_CHOICES,
        "meanings": [(NAMES[key], meaning) for key, meaning in MEANINGS.items()],
        **invited,
    }
    return render(request, "account/people.html", context, status=400 if form.errors else 200)


def invitation(request: HttpRequest, who: User, person: User) -> dict[str, Any]:
    """The address that a person sets a password at."""
    uid, token = account_invite(who=who, person=person)
    address = request.build_absolute_uri(reverse("invitation", args=[uid, token]))
    return {"invited": person, "invitation": address}


def administrator(request: HttpRequest) -> User:
    """The administrator who asks; raises PermissionDenied for everybody else."""
    person = signed_in(request)
    if not person.is_superuser:
        raise PermissionDenied(_("Only an administrator may see and change accounts."))
    return person


def back(request: HttpRequest) -> str:
    """The list as it was before: only its own search and page are taken over."""
    query = request.POST.get("back", "")
    return reverse("roles") + (f"?{query}" if query else "")
