"""Checkpoints that a node cannot have."""

from django.db import models
from django.db.models.functions import Now

from evaluation.models.node import Node
from modelcards.models import Checkpoint


class Lack(models.Model):
    """That a node tried to load a checkpoint and its files were not to be had there; other nodes may have them.

    noted by the worker that gave the run back ──► gone when the directory is there, ``until`` is past, or the node
    starts again: then the node may take runs of the checkpoint once more
    """

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="lacks")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, related_name="lacked_by")
    reason = models.TextField(help_text="A sentence")
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(
        null=True, blank=True, help_text="When the node tries again; blank: when it sees the directory"
    )

    class Meta:
        ordering = ["node", "checkpoint"]
        constraints = [models.UniqueConstraint(fields=["node", "checkpoint"], name="lack_once")]

    def __str__(self) -> str:
        return f"{self.node_id} lacks {self.checkpoint_id}"
