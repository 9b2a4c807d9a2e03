"""Uploads that are larger than an import may be are not kept on their way in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

# What a form holds besides its files.
ROOM = 2**20
BLOCK = 2**16
MARK = "upload_too_large"


class LimitedUpload(FileUploadHandler):
    """Stops at the first byte of a request that says it is too large, or at the first one too many."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.check(self.content_length_of_request())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.taken += len(raw_data)
        self.check(self.taken)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""

    def content_length_of_request(self) -> int:
        """What the client says it sends."""
        length = self.request.META.get("CONTENT_LENGTH", "") if self.request else ""
        return int(length) if length.isdigit() else 0

    def check(self, size: int) -> None:
        """Raise StopUpload beyond the limit; the view finds the mark.

        What is still on its way is read and dropped here, so that the answer is seen: Django would read it line by
        line, and a file without line ends would lie in memory as one.
        """
        if size > settings.HUB_IMPORT_FILE_MB * 2**20 + ROOM:
            if self.request is not None:
                setattr(self.request, MARK, True)
                while self.request.read(BLOCK):
                    pass
            raise StopUpload(connection_reset=True)
