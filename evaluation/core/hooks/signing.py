"""Signatures of webhooks as the Standard Webhooks specification has them (https://www.standardwebhooks.com).

``webhook-signature = "v1," + base64(HMAC-SHA256(key, id + "." + timestamp + "." + body))``, so that a receiver can tell
who sent a message, that nobody changed it, and when it was sent; ``webhook-id`` stays the same when it is sent again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

MARK = "whsec_"
KEY_BYTES = 32
TOLERANCE_SECONDS = 300


class SignatureError(ValueError):
    """A message that is not the sender's, or too old; the text says which."""


def secret_text(key: bytes) -> str:
    """A key as people copy it: ``whsec_`` and base64."""
    return MARK + base64.b64encode(key).decode()


def secret_key(text: str) -> bytes:
    """The key of a ``secret_text``. Raises SignatureError."""
    try:
        return base64.b64decode(text.removeprefix(MARK), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError("The secret is none: it is whsec_ and base64.") from None


def signature(key: bytes, message: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``."""
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(key: bytes, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of one sending. ``message`` is the message's id, ``timestamp`` Unix seconds."""
    signed = signature(key, message, timestamp, body)
    return {"webhook-id": message, "webhook-timestamp": str(timestamp), "webhook-signature": signed}


def verify(secret: str, got: Mapping[str, str], body: bytes, now: float) -> None:
    """What a receiver does. ``got``: headers by small name. Raises SignatureError."""
    try:
        message, sent, signatures = (got[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
        timestamp = int(sent)
    except (KeyError, ValueError):
        raise SignatureError("The headers of a webhook are missing or odd.") from None
    if abs(now - timestamp) > TOLERANCE_SECONDS:
        raise SignatureError("The message is older than five minutes, or a clock is wrong.")
    right = signature(secret_key(secret), message, timestamp, body)
    if not any(hmac.compare_digest(one.encode(), right.encode()) for one in signatures.split()):
        raise SignatureError("The signature is not right.")
