"""Names of files in the site's storage, and where a node keeps what is its own."""

import re
from pathlib import Path

from django.conf import settings

SAMPLES, PROMPTS, LOGS = "samples", "prompts", "logs"
# A storage gives a name that is taken some letters more.
LOG = re.compile(rf"{LOGS}/(\d{{1,15}})-\d{{1,6}}(_\w+)?\.log")


def samples_file(run: int, attempt: int, cell: int) -> str:
    """Outcomes of a cell. The attempt is in the name, so that a late worker never touches what another one stored."""
    return f"{SAMPLES}/{run}-{attempt}/{cell}.parquet"


def prompts_file(key: str) -> str:
    """Documents and prompts that many cells share."""
    safe = re.sub(r"[^0-9a-zA-Z]", "", key)[:64] or "unnamed"
    return f"{PROMPTS}/{safe[:2]}/{safe}.parquet"


def log_file(run: int, attempt: int) -> str:
    """What the runner printed in one attempt of a run."""
    return f"{LOGS}/{run}-{attempt}.log"


def log_of(name: str) -> int | None:
    """The run whose log a file is; None for any other file."""
    found = LOG.fullmatch(name)
    return int(found[1]) if found else None


def weights_ledger() -> Path:
    """The directory in which this node notes which weights it fetched of the hub."""
    return Path(settings.HUB_CACHE_DIR) / "weights"
