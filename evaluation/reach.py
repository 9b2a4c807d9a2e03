"""Which nodes can have the weights of a checkpoint: what they lack by their own word, and where a token is needed."""

from __future__ import annotations

from evaluation.models import Lack, Node
from modelcards.models import Checkpoint


class Reach:
    """Looks once at what all nodes lack; that are few rows."""

    def __init__(self) -> None:
        self._lacked = set(Lack.objects.order_by().values_list("node_id", "checkpoint_id"))

    def has(self, node: Node, checkpoint: Checkpoint) -> bool:
        """Whether the node may take a run of the checkpoint, as far as anybody knows."""
        return (node.pk, checkpoint.pk) not in self._lacked and self.may_fetch(node, checkpoint)

    def may_fetch(self, node: Node, checkpoint: Checkpoint) -> bool:
        """Whether nothing that only a token opens stands between the node and the weights."""
        return not checkpoint.gated or node.hub_token
