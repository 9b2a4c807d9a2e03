"""Ask a registered server again what it can do."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from evaluation.actions.audit import audit
from evaluation.actions.permission import check_may_queue
from evaluation.core.served.probe import ProbeError
from evaluation.endpoints import Probe, probe_address
from evaluation.models import Endpoint
from modelcards.querysets import Reader


def endpoint_probe(
    *, user: Reader, endpoint: Endpoint, from_shell: bool = False, ask: Probe = probe_address
) -> Endpoint:
    """Renew what is known of the server. A probe that fails is noted, and what the last good one found stays.

    Raises ``NotAllowed`` unless ``user`` is an evaluator. The server is asked before the transaction begins.
    """
    if not from_shell:
        check_may_queue(user)
    try:
        found = ask(endpoint.address, endpoint.model, endpoint.key_variable)
        changes = {"abilities": found.to_json(), "problem": ""}
    except ProbeError as error:
        changes = {"problem": str(error)}
    with transaction.atomic():
        Endpoint.objects.filter(pk=endpoint.pk).update(probed_at=Now(), **changes)
        audit(who=user, action="address probed", target=endpoint, detail={"problem": str(changes["problem"])})
    return Endpoint.objects.for_page().get(pk=endpoint.pk)
