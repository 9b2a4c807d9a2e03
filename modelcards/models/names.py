"""Small tables of names that cards point at."""

from django.db import models


class Organisation(models.Model):
    """Who made a model."""

    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Language(models.Model):
    """A language a model reads or writes: ISO 639 code, or ``multilingual``."""

    code = models.CharField(max_length=32, unique=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Modality(models.Model):
    """What a model takes in or gives out: text, code, image."""

    key = models.CharField(max_length=32, unique=True)

    class Meta:
        ordering = ["key"]
        verbose_name_plural = "modalities"

    def __str__(self) -> str:
        return self.key
