"""Benchmarks join published and measured scores; tasks are what lm-eval runs."""

from django.db import models


class Benchmark(models.Model):
    """A benchmark as papers name it, joined to lm-eval's task of the same data."""

    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    task_name = models.CharField(max_length=200, blank=True, db_index=True, help_text="lm-eval's task of the same data")
    primary_metric = models.CharField(max_length=40)
    chance = models.FloatField(null=True, blank=True, help_text="Score of a blind guess, 0..1")
    languages = models.CharField(max_length=100, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    citation = models.CharField(max_length=300, blank=True)
    show_samples = models.BooleanField(default=True, help_text="Whether prompts may be shown on pages")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """A task or group that the harness knows, as its YAML describes it; ``sync_tasks`` writes these."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=5, choices=[("task", "task"), ("group", "group"), ("tag", "tag")])
    members = models.JSONField(default=list, help_text="Names of the parts of a group or tag")
    shipped = models.BooleanField(default=False, help_text="From a task directory of this site, not the harness")
    directory = models.CharField(max_length=500, blank=True, help_text="Task directory it comes from; blank: harness")
    description = models.TextField(blank=True)
    output_type = models.CharField(max_length=40, blank=True)
    dataset = models.CharField(max_length=300, blank=True)
    fixed_fewshot = models.PositiveIntegerField(null=True, blank=True, help_text="Shots that the YAML fixes")
    metrics = models.JSONField(default=list)
    runs_code = models.BooleanField(default=False, help_text="Executes code that a model generated")
    python_code = models.BooleanField(default=False, help_text="Its YAML names Python functions")
    documents = models.PositiveIntegerField(null=True, blank=True)
    data_reason = models.CharField(max_length=300, blank=True, help_text="Why its data is on no node; blank: it is")
    version = models.CharField(max_length=40, blank=True)
    aggregates = models.JSONField(default=list, help_text="How a group's scores are made: its aggregate_metric_list")
    altered = models.JSONField(default=list, help_text="Settings that a group gives its parts in place of their own")
    content = models.CharField(max_length=64, blank=True, help_text="SHA-256 of a local task with its data")
    chance = models.FloatField(
        null=True, blank=True, help_text="Accuracy of a blind guess, 0..1, as its choices say; blank: not counted"
    )
    passage_field = models.CharField(
        max_length=100, blank=True, help_text="Field of a document that several of them share; blank: none"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["kind", "shipped"])]

    def __str__(self) -> str:
        return self.name
