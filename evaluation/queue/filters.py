"""Which runs a reader of the queue asks for: the part of the address that both page and API take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from evaluation.models import Run
from evaluation.querysets import UNDER_WAY, RunQuerySet
from modelcards.querysets import Reader

STATES = ("running", "queued", "done", "failed", "cancelled")


@dataclass(frozen=True)
class QueueFilter:
    """Blank means any; a blank ``state`` means what is queued or running. ``model`` is a card's address.

    ``node`` finds what a machine does or did last, and the run that it keeps devices free for.
    """

    state: str = ""
    model: str = ""
    task: str = ""
    person: str = ""
    node: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, object]) -> QueueFilter:
        """From the names and values of an address; unknown names and an unknown state count for nothing."""
        values = {each.name: str(asked.get(each.name) or "").strip() for each in fields(cls)}
        return cls(**values | {"state": values["state"] if values["state"] in STATES else ""})

    @property
    def query(self) -> dict[str, str]:
        """What is set, for an address that keeps it."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def under_way(self) -> bool:
        """Whether all that it finds is queued or running."""
        return self.state in ("", *UNDER_WAY)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the state is asked for."""
        return bool(self.model or self.task or self.person or self.node)

    def runs(self, user: Reader) -> RunQuerySet:
        """The runs that match, of models that ``user`` may see."""
        found = Run.objects.visible_to(user)
        found = found.filter(state=self.state) if self.state else found.active()
        if self.model:
            found = found.of_model(self.model)
        if self.task:
            found = found.with_task(self.task)
        if self.person:
            found = found.asked_by(self.person)
        return found.at_node(self.node) if self.node else found
