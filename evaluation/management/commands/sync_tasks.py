"""Writes the tasks that the harness and the task directories offer into the database."""

from __future__ import annotations

import socket
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.actions import chances_fill, tasks_store
from evaluation.models import Node
from evaluation.worker.ask_runner import RunnerUnusable, every_task, shipped_tasks


class Command(BaseCommand):
    help = "Store every task that lm-eval and the task directories offer, and which have their data on this machine."
    requires_system_checks = ()  # They import every page and the API, which this command does without.

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shipped-only", "--shipped", dest="shipped", action="store_true")
        parser.add_argument("--node", default=socket.gethostname(), help="name of this machine's node")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            rows = list(shipped_tasks() if options["shipped"] else every_task())
        except RunnerUnusable as error:
            raise CommandError(str(error)) from None
        node, _new = Node.objects.get_or_create(name=options["node"])
        stored = tasks_store(rows=rows, node=node, complete=not options["shipped"])
        chances_fill()
        seconds = time.monotonic() - began
        self.stdout.write(f"{stored.tasks} tasks, {stored.ready} with their data here, {seconds:.1f} s")
