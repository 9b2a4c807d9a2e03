"""Model cards, their facts, checkpoints, lineage and history."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from modelcards.models.names import Language, Modality, Organisation
from modelcards.querysets import CheckpointQuerySet, ModelCardQuerySet


class Visibility(models.TextChoices):
    """Who may read a card. Restricted: the owner and named people."""

    PUBLIC = "public", "Public"
    INTERNAL = "internal", "Internal"
    RESTRICTED = "restricted", "Restricted"


class DatePrecision(models.TextChoices):
    """How much of a release date is known. The date itself is the first day of the period."""

    DAY = "day", "day"
    MONTH = "month", "month"
    YEAR = "year", "year"


class Confidence(models.TextChoices):
    """Whether a value was checked against a copy of its source, taken from it as it stands, or inferred from it."""

    CHECKED = "checked", "checked"
    UNCHECKED = "unchecked", "unchecked"
    INFERRED = "inferred", "inferred"


# What a list shows of a card. An index holds these columns whole: with texts of some kilobytes in between, each row of
# the table lies on a page of its own, and a list of a large catalog would wait for the disk once a row.
LISTED = (
    *("id", "slug", "name", "architecture_family", "objective", "attention", "stage", "parameters"),
    *("active_parameters", "training_tokens", "layers", "release_date", "release_precision", "open_weights"),
    *("licence", "licence_id", "visibility"),
)


class ModelCard(models.Model):
    """A language model. Its columns are projections of its chosen facts and are written only by actions."""

    slug = models.CharField(max_length=120, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*\Z")])
    name = models.CharField(max_length=200)
    organisations = models.ManyToManyField(Organisation, related_name="cards", blank=True)
    architecture_family = models.CharField(max_length=32, blank=True, db_index=True)
    objective = models.CharField(max_length=40, blank=True, db_index=True)
    attention = models.CharField(max_length=48, blank=True, db_index=True)
    stage = models.CharField(max_length=32, blank=True, db_index=True)
    parameters = models.BigIntegerField(null=True, blank=True, db_index=True)
    active_parameters = models.BigIntegerField(null=True, blank=True)
    training_tokens = models.BigIntegerField(null=True, blank=True, db_index=True)
    layers = models.PositiveIntegerField(null=True, blank=True)
    languages = models.ManyToManyField(Language, related_name="cards", blank=True)
    modalities = models.ManyToManyField(Modality, related_name="cards", blank=True)
    release_date = models.DateField(null=True, blank=True, db_index=True)
    release_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    open_weights = models.BooleanField(null=True, db_index=True)
    licence = models.CharField(max_length=200, blank=True)
    licence_id = models.CharField(max_length=100, blank=True, db_index=True)
    hf_repo = models.CharField(max_length=200, blank=True)
    card_text = models.TextField(blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC, db_index=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="owned_cards"
    )
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="readable_cards", blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text="One more with every change: an edit names the version that it began from"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ModelCardQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [
            models.Index(Lower("hf_repo"), name="card_repository"),
            models.Index(fields=["-archived_at"], condition=Q(archived_at__isnull=False), name="card_archived"),
            # The key first: with the visibility first SQLite went through all public cards to find a few of them.
            models.Index(fields=list(dict.fromkeys(["id", "visibility", "archived_at", *LISTED])), name="card_listed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(parameters__isnull=True) | Q(parameters__gt=0), name="card_parameters_positive"
            ),
            models.CheckConstraint(
                condition=Q(training_tokens__isnull=True) | Q(training_tokens__gt=0), name="card_tokens_positive"
            ),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="card_visibility_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("modelcards:card", args=[self.slug])


class FormerSlug(models.Model):
    """An address that a card had before it was renamed; it leads to the card."""

    slug = models.CharField(max_length=120, unique=True)
    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


class Publication(models.Model):
    """A paper or report that a card's facts come from: an arXiv number or an address."""

    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="publications")
    reference = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "reference"], name="publication_once_per_card")]

    def __str__(self) -> str:
        return self.reference


class Fact(models.Model):
    """One source's statement of one field of a card. Sources may disagree; one per field is chosen."""

    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="facts")
    field = models.CharField(max_length=40)
    value = models.TextField()
    source = models.CharField(max_length=300)
    citation = models.URLField(max_length=500, blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence)
    chosen = models.BooleanField(default=False)
    chosen_by = models.CharField(
        max_length=150, blank=True, help_text="The person who chose it; blank: the catalog's own choice"
    )
    catalog = models.CharField(
        max_length=300, blank=True, db_index=True, help_text="The file that states it; blank: a person did"
    )

    class Meta:
        ordering = ["field", "-chosen", "id"]
        constraints = [
            models.UniqueConstraint(fields=["card", "field"], condition=Q(chosen=True), name="fact_one_chosen"),
            models.UniqueConstraint(fields=["card", "field", "source", "value"], name="fact_once_per_source"),
            models.CheckConstraint(condition=~Q(value=""), name="fact_value_given"),
        ]

    def __str__(self) -> str:
        return f"{self.field}={self.value} ({self.source})"


class Withdrawal(models.Model):
    """That a person took a field's value back: what files state of it is kept beside and chosen no more."""

    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="withdrawals")
    field = models.CharField(max_length=40)
    by = models.CharField(max_length=150, help_text="The person's name")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "field"], name="withdrawal_once")]

    def __str__(self) -> str:
        return f"{self.card_id} without {self.field}"


class Checkpoint(models.Model):
    """Weights of a card at one revision or training step: a path below a checkpoint root, or a hub repository id.

    With neither, the weights are elsewhere: somebody's results name them, and nobody can load them here.
    """

    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="checkpoints")
    repo_id = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=500, blank=True)
    revision = models.CharField(max_length=100, default="main")
    step = models.BigIntegerField(null=True, blank=True)
    tokens_seen = models.BigIntegerField(null=True, blank=True)
    dtype = models.CharField(max_length=20, blank=True)
    format = models.CharField(max_length=20, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(null=True, blank=True, help_text="Bytes of the weight files")
    gated = models.BooleanField(
        null=True, help_text="Whether its repository gives files only to whom its owner let in; blank: not known"
    )

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        ordering = ["card_id", "step", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["card", "revision"], name="checkpoint_revision_once_per_card"),
            models.CheckConstraint(
                condition=Q(path="") | Q(repo_id=""),
                name="checkpoint_path_or_repo",
            ),
        ]
        # Which cards have weights on this site: few of a large catalog, asked for by the first page.
        # Which of them are gated: few, asked for by every worker that looks for work.
        indexes = [
            models.Index(fields=["card"], condition=~Q(path=""), name="checkpoint_here"),
            models.Index(fields=["repo_id"], condition=Q(gated=True), name="checkpoint_gated"),
        ]

    def __str__(self) -> str:
        return f"{self.card.slug}@{self.revision}"


class Lineage(models.Model):
    """A model made from another one, and how."""

    child = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(ModelCard, on_delete=models.PROTECT, related_name="child_links")
    relation = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "parent"], name="lineage_once"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="lineage_not_itself"),
        ]
        # What was made from a model, by relation: a base model may have a hundred thousand children.
        indexes = [models.Index(fields=["parent", "relation", "child"], name="lineage_by_parent")]

    def __str__(self) -> str:
        return f"{self.child_id} {self.relation} of {self.parent_id}"


class CardChange(models.Model):
    """One change of one card: who, when, and each field before and after."""

    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="changes")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    by = models.CharField(max_length=150, help_text="The person's name, or the command that made the change")
    at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(
        null=True, blank=True, help_text="The card's version with this change; blank: older than the count"
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.card_id} by {self.by}"
