"""Choosing among the facts that sources state of a card."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from modelcards.actions.fact_state import FactError, fact_choose
from modelcards.history import field_name
from modelcards.views.found import visible_card


@login_required
@require_POST
def choose(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Show this fact's value as the card's own; the other stays beside it."""
    card = visible_card(request, slug)
    fact = get_object_or_404(card.facts, pk=pk)
    try:
        fact_choose(user=request.user, fact=fact)  # type: ignore[arg-type]  # signed in
    except FactError as error:
        messages.error(request, str(error))
    else:
        named = {"field": field_name(fact.field), "source": fact.source}
        messages.success(request, _("%(field)s is now as %(source)s states it.") % named)
    return redirect(f"{card.get_absolute_url()}#fact-{fact.field}")
