"""Keeps progress bars out of the log: a worker shows its tail, and progress has events of its own."""

from __future__ import annotations

from typing import Any

import tqdm  # type: ignore[import-untyped]


def hide_bars() -> None:
    """Disable every tqdm bar, those too that are switched on explicitly."""
    show = tqdm.tqdm.__init__
    if getattr(show, "hidden", False):
        return

    def hide(self: Any, *positional: Any, **named: Any) -> None:
        show(self, *positional, **{**named, "disable": True})

    hide.hidden = True  # type: ignore[attr-defined]
    tqdm.tqdm.__init__ = hide
