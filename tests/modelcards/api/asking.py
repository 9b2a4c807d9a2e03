"""How tests of the API ask."""

import json
from typing import Any

from django.test import Client

PROBLEM = "application/problem+json"


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """A request with a JSON body; ``If_Match="…"`` is the header of that name."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = json.dumps(body) if body is not None else ""
    kind = "application/merge-patch+json" if method == "patch" else "application/json"
    return getattr(client, method)(f"/api/v1/{path}", data, content_type=kind, headers=named)


def change(client: Client, slug: str, body: Any) -> Any:
    """A change of a model in the state that it has now."""
    etag = client.get(f"/api/v1/models/{slug}").headers["ETag"]
    return send(client, "patch", f"models/{slug}", body, If_Match=etag)


def is_problem(answer: Any, status: int) -> bool:
    """Whether the answer is a problem document of this status."""
    return (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM) and answer.json()[
        "status"
    ] == status
