"""Leave a trace of an act."""

from typing import Any

from evaluation.models import AuditEntry
from modelcards.querysets import Reader


def audit(*, who: Reader | None, action: str, target: object, detail: dict[str, Any] | None = None) -> AuditEntry:
    """Write one entry, in the caller's transaction. ``who`` None: the site itself or its command line."""
    person = who if who is not None and who.is_authenticated else None
    return AuditEntry.objects.create(
        who_id=person.pk if person else None,
        by=person.get_username() if person else "command line",
        action=action,
        target=str(target)[:200],
        detail=detail or {},
    )
