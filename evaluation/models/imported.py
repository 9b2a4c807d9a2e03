"""What imported results leave behind: the names that files give models, the files, and uploads with their reports."""

from django.conf import settings
from django.db import models

from evaluation.models.cell import Cell
from evaluation.querysets import StatedModelQuerySet
from modelcards.models import Checkpoint, ModelCard, Upload, UploadLine


class NameRule(models.Model):
    """That files mean another name by a name. One ``*`` in the pattern stands for any letters and may be in the target.

    The target is a repository id or the address of a card; what names no card yet becomes a draft of that name.
    """

    pattern = models.CharField(max_length=200, unique=True, help_text="As files write it, such as org/name-v1.1-*")
    target = models.CharField(max_length=200, help_text="What is meant, such as org/name-*, or a card's address")
    note = models.CharField(max_length=300, blank=True)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pattern"]

    def __str__(self) -> str:
        return f"{self.pattern} → {self.target}"


class StatedModel(models.Model):
    """A model as result files name it, and the card that it is taken to be."""

    class How(models.TextChoices):
        """What led from the name to the card."""

        RULE = "rule", "by a rule"
        REPOSITORY = "repository", "by its repository"
        ADDRESS = "address", "by its address"
        DRAFT = "draft", "made for it"
        PERSON = "person", "a person said so"

    name = models.CharField(max_length=200, db_index=True)
    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="stated_as")
    how = models.CharField(max_length=10, choices=How)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StatedModelQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["name", "card"], name="stated_model_once_per_card")]

    def __str__(self) -> str:
        return self.name


class ResultFile(models.Model):
    """A file of results that was brought in, known again by its content."""

    sha256 = models.CharField(max_length=64, db_index=True, help_text="Of the results file and its samples files")
    name = models.CharField(max_length=500)
    harness = models.CharField(max_length=20, help_text="lm-eval's schema: 0.2, 0.3 or 0.4")
    stated = models.ForeignKey(StatedModel, on_delete=models.CASCADE, related_name="files")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, related_name="result_files")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True, help_text="When the evaluation ran, as the file says")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["sha256", "checkpoint"], name="result_file_once_per_checkpoint")]

    def __str__(self) -> str:
        return self.name


class ImportedCell(models.Model):
    """That a cell was not run here: which file brought it, and by which name the file called the model."""

    cell = models.OneToOneField(Cell, on_delete=models.CASCADE, related_name="imported")
    stated = models.ForeignKey(StatedModel, on_delete=models.CASCADE, related_name="cells")
    file = models.ForeignKey(ResultFile, on_delete=models.CASCADE, related_name="cells")

    def __str__(self) -> str:
        return f"{self.cell_id} from {self.file_id}"


class ResultImport(Upload):
    """An upload of results."""

    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="result_imports")


class ResultImportLine(UploadLine):
    """What an import makes, or would make, of one results file."""

    of = models.ForeignKey(ResultImport, on_delete=models.CASCADE, related_name="lines")

    class Meta(UploadLine.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="result_import_line_once")]
        indexes = [models.Index(fields=["of", "outcome", "number"], name="result_line_by_outcome")]
