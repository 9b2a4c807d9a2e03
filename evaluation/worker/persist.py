"""Writing to a database that may be away for a moment."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from evaluation.actions import LeaseLost

logger = logging.getLogger(__name__)

T = TypeVar("T")
PAUSE_SECONDS = 1.0


def persist(write: Callable[[], T]) -> T:
    """Do ``write``; while the database cannot be reached, again and again for as long as a lease lasts.

    Raises ``LeaseLost`` after that: by then the run is another's.
    """
    deadline = time.monotonic() + settings.RUN_LEASE_SECONDS
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > deadline:
                raise LeaseLost(f"the database could not be written: {error}") from error
            logger.warning("the database is away, trying again: %s", error)
            connection.close()
            time.sleep(PAUSE_SECONDS)
