"""New files for the index, made by a process of their own while this one goes on with the old ones."""

from __future__ import annotations

import threading
import time

from modelcards.index import snapshot

# After a try so long goes by before the next: where it failed, trying at every question would not help.
PAUSE_SECONDS = 60.0


class Renewal:
    """At most one at a time."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._last = -PAUSE_SECONDS

    def ask(self, part: str) -> None:
        """Have a part built anew, unless that is under way or was tried just now."""
        busy = self._thread is not None and self._thread.is_alive()
        if busy or time.monotonic() - self._last < PAUSE_SECONDS:
            return
        self._last = time.monotonic()
        # Other processes may ask for the same at the same time: who comes second finds it done.
        asked = (part, "--if-due")
        self._thread = threading.Thread(target=snapshot.make_apart, args=asked, daemon=True, name="index-renewal")
        self._thread.start()
