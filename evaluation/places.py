"""Where weights are that lie in no directory and no repository: behind an address, or known from results alone."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.actions.permission import may_queue, may_register
from evaluation.models import Endpoint
from modelcards.models import Checkpoint
from modelcards.registry import WeightsPlace


def weights_places(request: HttpRequest, checkpoints: Sequence[Checkpoint]) -> dict[int, WeightsPlace]:
    """For each of ``checkpoints``, all of one card that the reader sees; those who see addresses get a link to it."""
    sees = may_see_addresses(request)
    found = {one.pk: WeightsPlace(_("not here, known from results alone")) for one in checkpoints}
    for endpoint in Endpoint.objects.filter(checkpoint__in=found):
        words = _("was behind an address") if endpoint.removed_at else _("behind an address")
        found[endpoint.checkpoint_id] = WeightsPlace(words, address_of(endpoint) if sees else "")
    return found


def weights_place(request: HttpRequest, checkpoint: Checkpoint) -> WeightsPlace | None:
    """The same of one checkpoint; None for one that has a directory or a repository."""
    if checkpoint.path or checkpoint.repo_id:
        return None
    return weights_places(request, [checkpoint])[checkpoint.pk]


def may_see_addresses(request: HttpRequest) -> bool:
    """Whether the reader sees the page of served models."""
    return may_queue(request.user) or may_register(request.user)


def address_of(endpoint: Endpoint) -> str:
    """Its place on the page of served models."""
    return f"{reverse('evaluation:endpoints')}#e-{endpoint.pk}"
