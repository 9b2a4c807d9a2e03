"""Models that are served behind an OpenAI-compatible address."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluation.querysets import EndpointQuerySet
from modelcards.models import Checkpoint


class Endpoint(models.Model):
    """An address at which a model of the catalog is served (vLLM, TGI, llama.cpp), and what its server can do.

    It has a checkpoint of its own, without path and repository, whose revision is the server's name: a score says by
    it where it comes from, and ``slug@name`` asks for it. The key is in the environment of whoever asks; only the
    variable's name is kept.

    registered ──► probed (again and again) ──► removed: asked no more, its scores stay
    """

    checkpoint = models.OneToOneField(Checkpoint, on_delete=models.CASCADE, related_name="endpoint")
    address = models.CharField(max_length=500, help_text="The base, such as http://gpu-3:8000/v1")
    model = models.CharField(max_length=300, help_text="The model's name at the server")
    key_variable = models.CharField(max_length=100, blank=True, help_text="Environment variable that holds the key")
    tokenizer = models.ForeignKey(
        Checkpoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Checkpoint of the card whose tokenizer is the served model's",
    )
    concurrency = models.PositiveSmallIntegerField(default=8, help_text="Requests under way at one time")
    tries = models.PositiveSmallIntegerField(default=5, help_text="Calls of one request at most")
    timeout = models.PositiveIntegerField(default=120, help_text="Seconds of one call")
    max_length = models.PositiveIntegerField(
        null=True, blank=True, help_text="Tokens of prompt and answer together; blank: as many as the server says"
    )
    abilities = models.JSONField(default=dict, help_text="What the last probe that went well found")
    probed_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, help_text="Why the last probe failed; blank: it went well")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    registered_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["checkpoint__card__name", "checkpoint__revision"]
        constraints = [models.CheckConstraint(condition=~Q(address=""), name="endpoint_has_an_address")]

    def __str__(self) -> str:
        return str(self.checkpoint)

    @property
    def name(self) -> str:
        """What the server is called on this site."""
        return self.checkpoint.revision
