"""A node's end of the way that files take to the site over HTTP: in parts, gone on with, checked."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

logger = logging.getLogger(__name__)

PART_BYTES = 4 << 20
TIMEOUT_SECONDS = 60.0
PATIENCE_SECONDS = 600.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 15.0
LOOK_SECONDS = 0.25
WORTH_ANOTHER_TRY = {408, 409, 423, 425, 429, 500, 502, 503, 504}


class SiteUnreachable(Exception):  # noqa: N818
    """The site cannot be asked, or does not take what it is sent; the text is a sentence without secrets."""


class SiteRefused(SiteUnreachable):
    """The site answers, and says no: another try would end the same."""


class SiteFiles:
    """The files of the site at ``address``, for the holder of a node's ``token``.

    ``given_up`` is asked while waiting: an ending worker does not wait for a site that is away.
    """

    def __init__(self, address: str, token: str, given_up: Callable[[], bool] = lambda: False) -> None:
        self._base = urlsplit(address)
        self._token = token
        self._given_up = given_up

    def send(self, source: Path, name: str, sha256: str) -> str:
        """Bring a file to the site; returns its name there. Raises ``SiteUnreachable``.

        Goes on where the site says that it has come to, for as long as parts arrive, and ``PATIENCE_SECONDS`` without.
        """
        size = source.stat().st_size
        about: dict[str, Any] = {"name": name, "sha256": sha256, "size": size}
        deadline, pause, here = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS, -1
        while True:
            try:
                said = self._part(source, about, here) if here >= 0 else self._ask("GET", about)
                if said["file"]:
                    return str(said["file"])
                if said["received"] > here:
                    deadline, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS
                here = int(said["received"])
                if here < size:
                    continue
            except SiteRefused:
                raise
            except SiteUnreachable as error:
                logger.warning("%s is not at the site yet: %s", name, error)
                self._wait(pause, deadline, error)
                pause, here = min(2 * pause, LONGEST_PAUSE_SECONDS), -1

    def drop(self, name: str) -> None:
        """Tell the site that a file was sent for nothing. Tried once: it is only room on a disk."""
        try:
            self._ask("DELETE", {"name": name})
        except SiteUnreachable as error:
            logger.warning("%s stays at the site for nothing: %s", name, error)

    def check(self) -> None:
        """Raise ``SiteUnreachable`` when the site is not there, or does not know the token as a node's."""
        self._ask("GET", {"name": "prompts/00/00.parquet", "sha256": "0" * 64, "size": 0})

    def _part(self, source: Path, about: dict[str, Any], offset: int) -> dict[str, Any]:
        with source.open("rb") as stream:
            stream.seek(offset)
            return self._ask("PUT", {**about, "offset": offset}, stream.read(PART_BYTES))

    def _wait(self, seconds: float, deadline: float, error: SiteUnreachable) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._given_up() or time.monotonic() > deadline:
                raise error
            time.sleep(LOOK_SECONDS)

    def _ask(self, method: str, query: dict[str, Any], body: bytes | None = None) -> dict[str, Any]:
        """One request. Redirects are not followed: the token is for this site alone."""
        path = f"{self._base.path.rstrip('/')}/api/v1/node-files?{urlencode(query)}"
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/octet-stream"}
        connection = self._connection()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return _answer(response.status, response.read(1 << 20))
        except (OSError, http.client.HTTPException) as error:
            how = "does not answer in time" if isinstance(error, TimeoutError) else f"cannot be reached ({error})"
            raise SiteUnreachable(f"the site {self._base.netloc.rpartition('@')[2]} {how}") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._base.hostname or "", self._base.port
        kind = http.client.HTTPSConnection if self._base.scheme == "https" else http.client.HTTPConnection
        return kind(host, port, timeout=TIMEOUT_SECONDS)


def _answer(status: int, body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body) if body else {}
    except ValueError:
        said = {}
    if status in (200, 204) and isinstance(said, dict):
        if status == 200 and not {"received", "file"} <= said.keys():
            raise SiteRefused("there is another program at the site's address (HUB_URL)")
        return said
    reasons = [text for texts in said.get("errors", {}).values() for text in texts] if isinstance(said, dict) else []
    why = " ".join(reasons) or (said.get("detail") if isinstance(said, dict) else "") or f"status {status}"
    wrong_sum = status == 422 and isinstance(said, dict) and bool({"sha256", "name"} & said.get("errors", {}).keys())
    kind = SiteUnreachable if status in WORTH_ANOTHER_TRY or wrong_sum else SiteRefused
    raise kind(f"the site answered {status}: {why}")


def site_files(given_up: Callable[[], bool] = lambda: False) -> SiteFiles | None:
    """The site over HTTP, where ``HUB_URL`` says that this machine does not share its files; else ``None``."""
    return SiteFiles(settings.HUB_URL, settings.HUB_NODE_TOKEN, given_up) if settings.HUB_URL else None


def why_no_site() -> str:
    """Why files of this machine would not reach the site, or nothing."""
    site = site_files()
    if site is None:
        return ""
    try:
        site.check()
    except (SiteUnreachable, socket.gaierror) as error:
        return (
            f"Files cannot be sent to the site: {error}. HUB_URL is its address, HUB_NODE_TOKEN a token of scope node."
        )
    return ""
