"""``/api/v1/node-files``: how far a file has come, the next part of it, and dropping one that no row names."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from evaluation.uploads.inbox import Received, Upload, UploadRefused, discard
from modelcards.rest import ProblemError, ProblemOut, wrong_fields

router = Router(tags=["nodes"])
BLOCK = 1 << 20
REFUSALS = {401: ProblemOut, 403: ProblemOut, 422: ProblemOut}


class NameIn(Schema):
    """The name of a file in the storage."""

    name: str = Field(max_length=200)


class FileIn(NameIn):
    """The file that a request is about."""

    sha256: str = Field(max_length=64)
    size: int = Field(ge=0)


class ReceivedOut(Schema):
    """``received`` bytes are here; ``file`` is the name in the storage once all are, else empty."""

    received: int
    file: str


@router.get("node-files", response={200: ReceivedOut, **REFUSALS})
def node_file(request: HttpRequest, about: Query[FileIn]) -> dict[str, object]:
    """How much of a file has come, so that a node goes on from there. Needs a node's token."""
    check_is_node(request)
    return answer(upload_of(about).received())


@router.put(
    "node-files",
    response={200: ReceivedOut, **REFUSALS},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def node_file_part(request: HttpRequest, about: Query[FileIn], offset: int = 0) -> dict[str, object]:
    """The bytes from ``offset`` on. Where the file ends elsewhere nothing is taken: go on from ``received``.

    Needs a node's token.
    """
    check_is_node(request)
    upload = upload_of(about)
    try:
        return answer(upload.add(offset, blocks(request)))
    except UploadRefused as refused:
        raise wrong_fields({refused.field: [refused.reason]}) from None


@router.delete("node-files", response={204: None, **REFUSALS})
def node_file_dropped(request: HttpRequest, about: Query[NameIn]) -> Status[None]:
    """Drop a file that was sent for nothing. One that is in use stays. Needs a node's token."""
    check_is_node(request)
    try:
        discard(about.name)
    except UploadRefused as refused:
        raise wrong_fields({refused.field: [refused.reason]}) from None
    return Status(204, None)


def check_is_node(request: HttpRequest) -> None:
    """Raise Problem 401 or 403 unless the token is a node's."""
    scope = getattr(request, "token_scope", None)
    if scope is None:
        raise ProblemError(401, _("Sign in"), _("Files are taken from nodes alone: send a node's token."))
    if scope != "node":
        raise ProblemError(403, _("Not allowed"), _("This token is not a node's; make one with the scope node."))


def upload_of(about: FileIn) -> Upload:
    """The upload. Raises Problem 422."""
    try:
        return Upload(about.name, about.sha256, about.size)
    except UploadRefused as refused:
        raise wrong_fields({refused.field: [refused.reason]}) from None


def blocks(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes in; never all of it in memory."""
    while block := request.read(BLOCK):
        yield block


def answer(received: Received) -> dict[str, object]:
    """As the API says it."""
    return {"received": received.bytes, "file": received.file}
