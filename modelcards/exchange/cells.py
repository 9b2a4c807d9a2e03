"""Cells of CSV files that a spreadsheet must not take for formulas.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or an apostrophe before one of these gets an apostrophe in
front; reading takes it off again, so that nothing is changed on the way out and back.
"""

from __future__ import annotations

import re

RISKY = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(cell: str) -> str:
    """The cell as it is written."""
    return f"'{cell}" if RISKY.match(cell) else cell


def plain(cell: str) -> str:
    """The cell as it was before ``guarded``."""
    return cell[1:] if GUARDED.match(cell) else cell
