"""Machines that run evaluations, their devices, and whose runs used these."""

from django.conf import settings
from django.db import models

from evaluation.models.benchmark import Task
from evaluation.models.run import Run
from evaluation.querysets import DeviceQuerySet
from modelcards.models import Checkpoint


class Node(models.Model):
    """A machine with workers, registered by ``manage.py node``."""

    name = models.CharField(max_length=100, unique=True)
    versions = models.JSONField(default=dict, help_text="python, torch, transformers, lm_eval, arboretum")
    labels = models.JSONField(default=list)
    tasks = models.ManyToManyField(
        Task, related_name="nodes", blank=True, help_text="Tasks whose data lies on this node"
    )
    downloads = models.BooleanField(default=False, help_text="Whether its runners may fetch weights from the hub")
    hub_token = models.BooleanField(default=False, help_text="Whether it has a token of the hub; never the token")
    host = models.CharField(max_length=64, blank=True, help_text="Which running system it is, told apart by its boot")
    tasks_at = models.DateTimeField(null=True, blank=True, help_text="When it last looked through all tasks")
    registered_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A GPU, or the processor, of a node. One worker each.

    free ──held_for: a run that needs several──► held ──its worker gave its memory free: yielded──┐
      │                                                                                           │ all of them
      └──claim of its own worker──► run: works on it ◄──claim of one worker for the whole group───┘
    """

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=40, help_text="torch's name: cpu, cuda:0")
    kind = models.CharField(max_length=10, help_text="cpu or cuda")
    description = models.CharField(max_length=200, blank=True)
    memory = models.BigIntegerField(help_text="Bytes")
    loaded = models.CharField(max_length=600, blank=True, help_text="Checkpoint that its runner holds")
    uuid = models.CharField(max_length=64, blank=True, help_text="By which its driver knows it; blank: a processor")
    use = models.JSONField(default=dict, help_text="As last seen: memory in bytes, load 0..1; null: not told")
    speed = models.JSONField(default=dict, help_text="Documents per second of past runs, per output type")
    seen_at = models.DateTimeField(null=True, blank=True)
    draining = models.BooleanField(default=False, help_text="Finishes its run and takes no other")
    holds = models.ForeignKey(
        Checkpoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="held_on",
        help_text="What its runner has loaded, or is told to load",
    )
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices")
    held_for = models.ForeignKey(
        Run,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="held_devices",
        help_text="A run that needs several devices and waits until all of them are free",
    )
    yielded = models.BooleanField(default=False, help_text="Held, and its memory is free")

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["node", "name"]
        constraints = [models.UniqueConstraint(fields=["node", "name"], name="device_once_per_node")]

    def __str__(self) -> str:
        return f"{self.node.name}/{self.name}"


class DeviceUse(models.Model):
    """Seconds that a person's runs had devices, by the ten minutes in which these were given back."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    slot = models.DateTimeField(db_index=True)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "slot"], name="device_use_once_per_slot")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.seconds:.0f} s"
