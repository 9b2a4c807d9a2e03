"""Which cards changed, in the order of the changes: written by the database's triggers, read by the index."""

from django.db import models


class ChangeMark(models.Model):
    """One changed card. ``nonce`` tells a version from one that was given again after a transaction was undone.

    Without a card: so much changed that whoever reads on from here had better read the whole catalog.
    """

    version = models.BigIntegerField(primary_key=True)
    nonce = models.BigIntegerField()
    card_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.version}: card {self.card_id}"


class ChangeCounter(models.Model):
    """PostgreSQL only: one row that holds the last version. Its lock makes versions visible in their order."""

    version = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.version)
