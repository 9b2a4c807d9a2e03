"""Registers this machine and runs its workers."""

from __future__ import annotations

import fcntl
import socket
from datetime import timedelta
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models.functions import Now

from evaluation.actions import ActionError, node_register
from evaluation.models import Device, Node
from evaluation.worker.ask_runner import RunnerUnusable, describe
from evaluation.worker.host import host, lock_file, why_no_files, why_not_here
from hub.beside import Beside, tick_all
from hub.node import Workers

TASKS_AFTER_SECONDS = 20
TASKS_EVERY = timedelta(days=1)
PRUNE_AFTER_SECONDS = 120
PRUNE_EVERY_SECONDS = 3600


class Command(BaseCommand):
    help = "Register this machine with its devices and run one worker per device, until SIGTERM or Ctrl-C."
    requires_system_checks = ()  # They import every page and the API, which this command does without.

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default=socket.gethostname(), help="name of the node (default: the host's)")
        parser.add_argument(
            "--devices", default="", help="devices to use, such as cuda:0,cuda:1 (default: GPUs, else cpu)"
        )
        parser.add_argument(
            "--labels", default="", help="what a run may ask of its node, such as a100,vllm (default: none)"
        )
        parser.add_argument("--no-tasks", action="store_true", help="do not look for tasks whose data is here")

    def handle(self, *args: Any, **options: Any) -> None:
        name = str(options["name"])[:100]
        with _only_one(name):
            if why := why_not_here() or why_no_files():
                raise CommandError(why)
            try:
                devices = self._register(name, str(options["devices"]), str(options["labels"]))
            except ActionError as error:
                raise CommandError(str(error)) from None
            self._say(f"Node {name}: {', '.join(device.name for device in devices)}")
            besides = [_prunes()] if options["no_tasks"] else [_looks_for_tasks(name), _prunes()]
            try:
                Workers(devices, self._say).run(lambda: tick_all(besides))
            finally:
                for beside in besides:
                    beside.end()
        self._say("All workers have ended.")

    def _register(self, name: str, wanted: str, labels: str) -> list[Device]:
        try:
            described = describe()
        except RunnerUnusable as error:
            raise CommandError(str(error)) from None
        found = {device["name"]: device for device in described["devices"]}
        names = [part.strip() for part in wanted.split(",") if part.strip()] or _default(found)
        if unknown := [each for each in names if each not in found]:
            raise CommandError(f"This machine has no device {unknown[0]}; it has {', '.join(found)}.")
        return node_register(
            name=name,
            versions=described["versions"],
            devices=[found[each] for each in names],
            host=host(),
            labels=labels.split(","),
            downloads=bool(described["hub"]["downloads"]),
            hub_token=bool(described["hub"]["token"]),
        )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _default(found: dict[str, Any]) -> list[str]:
    return [name for name, device in found.items() if device["kind"] != "cpu"] or list(found)


def _only_one(name: str) -> IO[str]:
    """The lock of this node; the kernel drops it with the process, however that ends."""
    path = lock_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise CommandError(f"The workers of node {name} are running already ({path} is locked).") from None
    return file


def _looks_for_tasks(name: str) -> Beside:
    """Looks through all tasks, when that was last done long ago."""

    def due() -> bool:
        return not Node.objects.filter(name=name, tasks_at__gte=Now() - TASKS_EVERY).exists()

    return Beside(["sync_tasks", "--node", name], TASKS_AFTER_SECONDS, TASKS_EVERY.total_seconds(), due)


def _prunes() -> Beside:
    """Carries out the retention rule for what lies on this machine."""
    return Beside(["prune"], PRUNE_AFTER_SECONDS, PRUNE_EVERY_SECONDS)
