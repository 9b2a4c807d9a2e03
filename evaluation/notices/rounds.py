"""The courier's rounds: every few seconds it looks at the rows, so that no lost message of Redis loses a notice."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from evaluation.actions.deliveries_prune import deliveries_prune
from evaluation.actions.evaluations_end import evaluations_end
from evaluation.models import Delivery
from evaluation.notices.courier import send_due
from evaluation.notices.wake import wake_courier

logger = logging.getLogger(__name__)

ROUND_SECONDS = 3.0
PRUNE_SECONDS = 3600.0


class Rounds(threading.Thread):
    """Ends evaluations, wakes the senders for what is due, and forgets old messages."""

    def __init__(self) -> None:
        super().__init__(name="rounds", daemon=True)
        self._end = threading.Event()
        self._prune_at = time.monotonic()

    def run(self) -> None:
        """Round after round until ``stop``. Whatever makes one fail, the next is tried."""
        while not self._end.is_set():
            close_old_connections()
            try:
                self.round()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("round: %s", error)
                connection.close()
            except Exception:
                logger.exception("round")
            self._end.wait(ROUND_SECONDS)

    def stop(self) -> None:
        """No round after the one in hand."""
        self._end.set()

    def round(self) -> None:
        """One round. With Redis away nobody can be woken, and it sends by itself, one message after the other."""
        evaluations_end()
        if (due := Delivery.objects.due().count()) and not wake_courier(due):
            send_due()
        if time.monotonic() >= self._prune_at:
            self._prune_at = time.monotonic() + PRUNE_SECONDS
            deliveries_prune(days=settings.HUB_NOTICE_DAYS)
