"""What an import leaves behind: its own row with its report, and links to cards that are not there yet."""

from django.conf import settings
from django.db import models

from modelcards.models.card import ModelCard


class AwaitedCard(models.Model):
    """A card that another one names as its base model, or as its newer version, before it is in the catalog."""

    class Role(models.TextChoices):
        """What the awaited card is to the one that names it."""

        PARENT = "parent", "base model"
        NEWER = "newer", "newer version"

    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="awaited")
    slug = models.CharField(max_length=120, db_index=True)
    role = models.CharField(max_length=6, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "slug", "role"], name="awaited_once")]

    def __str__(self) -> str:
        return f"{self.card_id} awaits {self.slug}"


class Upload(models.Model):
    """An upload on its way into the site: checked first, brought in when its person says so.

    checking ──► checked ──► importing ──► done        a step of about a second each, driven by the page that shows it
        └────────────┴───────────┴──► failed           the file could not be read any more, or the person gave it up
    """

    class State(models.TextChoices):
        """How far an import is."""

        CHECKING = "checking", "checking"
        CHECKED = "checked", "checked"
        IMPORTING = "importing", "importing"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    created_at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(max_length=200)
    files = models.JSONField(default=list, help_text="Names of the uploaded files, and where each is stored")
    size = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.CHECKING)
    position = models.PositiveIntegerField(default=0, help_text="Cards of this pass that are done")
    total = models.PositiveIntegerField(null=True, blank=True, help_text="Known once the check is through")
    busy_until = models.DateTimeField(null=True, blank=True, help_text="A step is under way, unless its process died")
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class UploadLine(models.Model):
    """What an upload makes, or would make, of one of its parts."""

    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=9)
    stored = models.BooleanField(default=False)
    slug = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=500, blank=True)
    line = models.PositiveIntegerField(default=1)
    details = models.JSONField(default=dict)

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.slug or self.file}"


class CardImport(Upload):
    """An upload of cards on its way into the catalog."""

    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="card_imports")


class CardImportLine(UploadLine):
    """What an import makes, or would make, of one card."""

    of = models.ForeignKey(CardImport, on_delete=models.CASCADE, related_name="lines")
    parents = models.JSONField(default=list)

    class Meta(UploadLine.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_line_once")]
        indexes = [models.Index(fields=["of", "outcome", "number"]), models.Index(fields=["of", "slug"])]
