"""A hub for tests: enough of Hugging Face's HTTP interface for huggingface_hub to list and fetch repositories."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass
class Repository:
    """``files`` by name; ``gated``: only ``token`` may read them, the listing is open to all as on the hub."""

    files: dict[str, bytes]
    gated: bool = False
    token: str = "hf_right"
    pace: float = 0.0

    @property
    def commit(self) -> str:
        return hashlib.sha1(repr(sorted(self.files.items())).encode()).hexdigest()


@dataclass
class Hub:
    """``asked``: method and path of each request; ``tokens``: what was sent as Authorization."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    slow: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def start(self) -> ThreadingHTTPServer:
        """Serve on a free port; close the result in the end."""
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args: Any) -> None:
                pass

            def do_GET(self) -> None:
                hub.answer(self, body=True)

            def do_HEAD(self) -> None:
                hub.answer(self, body=False)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        return server

    def answer(self, request: BaseHTTPRequestHandler, body: bool) -> None:
        path = unquote(urlsplit(request.path).path).strip("/")
        self.asked.append(f"{request.command} /{path}")
        sent = request.headers.get("Authorization", "")
        self.tokens |= {sent} - {""}
        api = path.startswith("api/models/")
        parts = path.removeprefix("api/models/").split("/")
        name, rest = "/".join(parts[:2]), parts[2:]
        found = self.repositories.get(name)
        if found is None:
            refuse(request, 404, "RepoNotFound")
        elif api:
            self.listing(request, name, found, rest)
        elif found.gated and sent != f"Bearer {found.token}":
            refuse(request, 403 if sent else 401, "GatedRepo")
        else:
            self.file(request, found, "/".join(rest[2:]), body)

    def listing(self, request: BaseHTTPRequestHandler, name: str, found: Repository, rest: list[str]) -> None:
        if rest[:1] in (["revision"], ["tree"]) and rest[1] not in ("main", found.commit):
            refuse(request, 404, "RevisionNotFound")
        elif rest[:1] == ["tree"]:
            rows = [
                {"type": "file", "path": path, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
                for path, data in found.files.items()
            ]
            send(request, json.dumps(rows).encode(), {"Content-Type": "application/json"})
        else:
            siblings = [{"rfilename": path} for path in found.files]
            told = {"id": name, "modelId": name, "sha": found.commit, "siblings": siblings, "private": False}
            told["gated"] = "manual" if found.gated else False
            send(request, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def file(self, request: BaseHTTPRequestHandler, found: Repository, path: str, body: bool) -> None:
        data = found.files[path]
        head = {"ETag": f'"{hashlib.sha1(data).hexdigest()}"', "X-Repo-Commit": found.commit}
        if body and self.slow.is_set():
            half = len(data) // 2
            start(request, {**head, "Content-Length": str(len(data))})
            request.wfile.write(data[:half])
            request.wfile.flush()
            while self.slow.is_set():
                threading.Event().wait(0.05)
            request.wfile.write(data[half:])
            return
        send(request, data, head, body)


def start(request: BaseHTTPRequestHandler, head: dict[str, str], status: int = 200) -> None:
    request.send_response(status)
    for name, value in head.items():
        request.send_header(name, value)
    request.end_headers()


def send(request: BaseHTTPRequestHandler, data: bytes, head: dict[str, str], body: bool = True) -> None:
    start(request, {**head, "Content-Length": str(len(data))})
    if body:
        request.wfile.write(data)


def refuse(request: BaseHTTPRequestHandler, status: int, code: str) -> None:
    start(request, {"X-Error-Code": code, "X-Error-Message": code, "Content-Length": "0"}, status)
