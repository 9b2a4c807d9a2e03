"""The hub's cache on this machine: what may be fetched, fetching it, and removing it again. Never loads torch."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from evaluation.core.weights import Entry, Ledger, NoRoomError, Use
from evaluation.runner.failures import ScoringError

OLD_PART_SECONDS = 24 * 3600
SPARE_BYTES = 1 << 30
"""Left free on the disk: other things want to be written too."""


def access() -> dict[str, bool]:
    """Whether runners of this machine may fetch from the hub, and whether they have a token; never the token."""
    from huggingface_hub import constants, get_token

    return {"downloads": not constants.HF_HUB_OFFLINE, "token": bool(get_token())}


def cached(repo_id: str, revision: str, files: list[str]) -> Path | None:
    """The directory of a repository in the cache; None where it is not there, or not whole. Asks nobody."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(repo_id, revision=revision, local_files_only=True, allow_patterns=files))
    except (OSError, ValueError):
        return None


def fetch(repo_id: str, revision: str, files: list[str], ledger: Ledger | None) -> tuple[Path, Use | None]:
    """The directory of a repository, fetched as far as it is not in the cache, and what holds it. Raises ScoringError.

    What is fetched is noted in ``ledger`` before the first byte comes, and what was not used for longest makes room.
    """
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    use: Use | None = None
    try:
        wanted = snapshot_download(repo_id, revision=revision, allow_patterns=files, dry_run=True)
        missing = sum(one.file_size or 0 for one in wanted if one.will_download)
        if missing and ledger is not None:
            total, commit = sum(one.file_size or 0 for one in wanted), wanted[0].commit_hash
            room = missing + SPARE_BYTES
            use = ledger.reserve(repo_id, commit, total, remove, lambda: _free(constants.HF_HUB_CACHE) > room)
        return Path(snapshot_download(repo_id, revision=revision, allow_patterns=files)), use
    except NoRoomError as error:
        raise ScoringError("absent", str(error)) from None
    except (OSError, ValueError, HfHubHTTPError) as error:
        raise _refused(repo_id, revision, error) from error


def _refused(repo_id: str, revision: str, error: Exception) -> ScoringError:
    """Why the hub gave nothing, as far as its answer tells."""
    from huggingface_hub import get_token
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    causes = [error]
    while (cause := causes[-1].__cause__) is not None and isinstance(cause, Exception):
        causes.append(cause)
    if any(isinstance(one, GatedRepoError) for one in causes):
        if get_token():
            text = f"The repository {repo_id} is gated, and this node's token may not read it: its owner grants access."
        else:
            text = f"The repository {repo_id} is gated, and this node has no token of the hub (HF_TOKEN)."
        return ScoringError("gated", text)
    if any(isinstance(one, RevisionNotFoundError) for one in causes):
        return ScoringError("checkpoint", f"The repository {repo_id} has no revision {revision}.")
    if any(isinstance(one, RepositoryNotFoundError) for one in causes):
        return ScoringError("absent", f"The hub shows no repository {repo_id} to this node.")
    text = f"{repo_id} at {revision} is not in the cache of this machine and cannot be fetched."
    return ScoringError("absent", text)


def remove(entry: Entry) -> None:
    """Take a commit of a repository out of the cache, and parts of files that nobody goes on with."""
    from huggingface_hub import constants, scan_cache_dir
    from huggingface_hub.errors import CacheNotFound
    from huggingface_hub.file_download import repo_folder_name

    with contextlib.suppress(CacheNotFound):
        scan_cache_dir().delete_revisions(entry.commit).execute()
    folder = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=entry.repo_id, repo_type="model")
    if not any((folder / "snapshots").glob("*")):
        shutil.rmtree(folder, ignore_errors=True)
        return
    for part in (folder / "blobs").glob("*.incomplete"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > OLD_PART_SECONDS:
                part.unlink()


def size_on_disk(repo_id: str) -> int:
    """Bytes of a repository in the cache, parts that are under way included."""
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    blobs = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=repo_id, repo_type="model") / "blobs"
    total = 0
    for file in blobs.glob("*"):
        with contextlib.suppress(OSError):
            total += file.stat().st_size
    return total


def say_fetched(asked: Any) -> int:
    """``--fetch``: print where it lies, or why it cannot be had, and hold it until the asker does (its input ends)."""
    ledger = Ledger(Path(asked.ledger), asked.most) if asked.ledger else None
    use: Use | None = None
    try:
        folder, use = fetch(asked.fetch, asked.revision, asked.file, ledger)
        said = {"folder": str(folder)}
    except ScoringError as error:
        said = {"cause": error.cause, "reason": error.reason}
    print(json.dumps(said), flush=True)
    sys.stdin.read()
    if use is not None:
        use.release()
    return 0


def say_shrunk(asked: Any) -> int:
    """``--shrink``: print what went, or would go."""
    gone = Ledger(Path(asked.ledger), asked.most).shrink(remove, asked.dry_run)
    print(json.dumps({"count": len(gone), "bytes": sum(entry.bytes for entry in gone)}))
    return 0


def _free(folder: str) -> int:
    place = Path(folder)
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def hide_token() -> dict[str, str]:
    """Take the hub's token out of this process's environment, for whoever fetches: tasks may run code of others."""
    return {name: os.environ.pop(name) for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN") if name in os.environ}
