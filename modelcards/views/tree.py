"""The evolutionary tree: its page, and its frame for other sites."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from modelcards.tree.page import body_context, page_context
from modelcards.tree.view import TreeView

PART = "tree-page"
PASSING = {"until", "find", "focus", "open", "chosen", "page"}
"""Words whose change is no step that a reader would go back to one by one."""


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """``/tree/``: the cards that the reader may see, by family and time; the whole state is in the address.

    The same address gives the page and the part that htmx changes in place.
    """
    view = TreeView(request)
    part = request.headers.get("HX-Target") == PART and "HX-History-Restore-Request" not in request.headers
    address = f"{reverse('modelcards:tree')}{view.choice.query()}".rstrip("?")
    if not part and not view.choice.errors and "" in request.GET.values():
        return redirect(address)  # a form without scripts sends its blanks
    response = render(request, f"modelcards/{'tree_page' if part else 'tree'}.html", page_context(view))
    if part:
        response["HX-Replace-Url" if _passing(request, address) else "HX-Push-Url"] = address
    patch_vary_headers(response, ["HX-Target"])
    return response


def _passing(request: HttpRequest, address: str) -> bool:
    """Whether the reader's page differs from this address in passing words alone."""
    try:
        now = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return False
    before, after = set(parse_qsl(now.query)), set(parse_qsl(urlsplit(address).query))
    return {name for name, _value in before ^ after} <= PASSING


@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """``/tree/embed/``: the picture alone, of public cards, for the sites that an administrator named."""
    request.user = AnonymousUser()  # whoever looks: another site's page must not show what its reader may see here
    if not settings.TREE_EMBED_ORIGINS:
        told = {
            "status": 404,
            "title": _("Not for other sites"),
            "reason": _("The administrator of this site lets no other site show its tree in a frame."),
        }
        return render(request, "error.html", told, status=404)
    view = TreeView(request)
    context = {**body_context(view, beside=True), "choice": view.choice, "count": len(view.leaves), "embedded": True}
    context["whole"] = f"{reverse('modelcards:tree')}{view.choice.query(view='', chosen='', page='')}".rstrip("?")
    response = render(request, "modelcards/tree_embed.html", context)
    response.frame_ancestors = settings.TREE_EMBED_ORIGINS  # type: ignore[attr-defined]  # read by ContentPolicy
    response.xframe_options_exempt = True  # its header knows one origin at most
    return response
