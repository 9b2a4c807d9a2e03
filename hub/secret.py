"""Secrets that the site makes for itself: kept in the data directory, readable by their owner alone."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path, length: int = 50) -> str:
    """The secret in ``path``; made on first use with mode 600. Safe when two processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, secrets.token_urlsafe(length))
    return path.read_text().strip()


def write_private(path: Path, content: str) -> bool:
    """Write ``content`` to a new file of mode 600; False and nothing done where the file is there already."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content + "\n")
    try:
        os.link(draft, path)  # Unlike a rename, a link never replaces what another process just wrote.
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
