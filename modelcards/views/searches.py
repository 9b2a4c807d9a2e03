"""The searches that a person keeps."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from modelcards.actions import SearchError, SearchNameTakenError, search_delete, search_rename, search_save
from modelcards.browse.searches import searchable, searches_of
from modelcards.models import SavedSearch


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def searches(request: HttpRequest) -> HttpResponse:
    """``/models/searches/``: the list; a POST with ``do`` saves, renames or deletes one."""
    if request.method != "POST":
        return _page(request)
    do = _ACTIONS.get(request.POST.get("do", ""))
    if do is None:
        return _page(request, wrong=_("That is nothing that can be done with a search."), status=400)
    try:
        return do(request, _person(request))
    except SearchNameTakenError as error:
        return _page(request, wrong=str(error), taken=request.POST.get("do") == "save", status=409)
    except SearchError as error:
        return _page(request, wrong=str(error), status=400)


def _save(request: HttpRequest, user: User) -> HttpResponse:
    name, query = request.POST.get("name", ""), searchable(request.POST.get("query", "")[:16_000])
    search = search_save(user=user, name=name, query=query, replace="replace" in request.POST)
    messages.success(request, _("The search “%(name)s” is saved.") % {"name": search.name})
    return redirect(f"{reverse('modelcards:browse')}?{search.query}".rstrip("?"))


def _rename(request: HttpRequest, user: User) -> HttpResponse:
    search = search_rename(user=user, search=_own(request, user), name=request.POST.get("name", ""))
    messages.success(request, _("The search is now “%(name)s”.") % {"name": search.name})
    return redirect("modelcards:searches")


def _delete(request: HttpRequest, user: User) -> HttpResponse:
    search = _own(request, user)
    search_delete(user=user, search=search)
    messages.success(request, _("The search “%(name)s” is deleted.") % {"name": search.name})
    return redirect("modelcards:searches")


_ACTIONS: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {
    "save": _save,
    "rename": _rename,
    "delete": _delete,
}


def _own(request: HttpRequest, user: User) -> SavedSearch:
    """The person's search that the form names; 404 for any other."""
    number = request.POST.get("search", "")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    return get_object_or_404(SavedSearch, pk=pk, owner=user)


def _page(request: HttpRequest, *, wrong: str = "", taken: bool = False, status: int = 200) -> HttpResponse:
    context = {
        "searches": searches_of(request.user),
        "wrong": wrong,
        "taken": taken,
        "name": request.POST.get("name", ""),
        "query": request.POST.get("query", ""),
    }
    return render(request, "modelcards/searches.html", context, status=status)


def _person(request: HttpRequest) -> User:
    """The person behind a request that ``login_required`` let through."""
    assert isinstance(request.user, User)
    return request.user
