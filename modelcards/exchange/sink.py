"""A file that is only written to, and emptied as it fills."""

from __future__ import annotations

import io
from typing import Any


class Sink(io.RawIOBase):
    """Takes bytes at its end; ``drain`` hands over what came since the last time."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.position = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        return self.position

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self.pieces.append(piece)
        self.position += len(piece)
        return len(piece)

    def drain(self) -> bytes:
        """What was written since the last call."""
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)
