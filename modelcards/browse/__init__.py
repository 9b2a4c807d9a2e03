"""What the browse page shows: each part a file of its own, made of plain values before the template sees it."""

from modelcards.browse.tray import tray_actions

__all__ = ["tray_actions"]
