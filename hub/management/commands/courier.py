"""`manage.py courier`: tells people that their evaluations are over."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from evaluation.notices.wake import MOST, QUEUE
from hub.node import CALM


class Command(BaseCommand):
    """Becomes the courier's Celery worker. `make run` starts one; a second does no harm."""

    help = "Send webhooks and e-mail about evaluations that are over, until SIGTERM or Ctrl-C"
    requires_system_checks = ()  # They import every page and the API, which this command does without.

    def handle(self, *args: Any, **options: Any) -> None:
        os.chdir(settings.BASE_DIR)
        options_of_worker = ["-Q", QUEUE, "--pool", "threads", "-c", str(MOST), "-n", "courier@%h", "-l", "INFO", *CALM]
        command = [sys.executable, "-m", "celery", "-A", "hub.courier", "worker", *options_of_worker]
        os.execv(sys.executable, command)
