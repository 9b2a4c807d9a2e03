"""Names of files in the site's storage."""

import re


def samples_file(run: int, attempt: int, cell: int) -> str:
    """Outcomes of a cell. The attempt is in the name, so that a late worker never touches what another one stored."""
    return f"samples/{run}-{attempt}/{cell}.parquet"


def prompts_file(key: str) -> str:
    """Documents and prompts that many cells share."""
    safe = re.sub(r"[^0-9a-zA-Z]", "", key)[:64] or "unnamed"
    return f"prompts/{safe[:2]}/{safe}.parquet"


def log_file(run: int, attempt: int) -> str:
    """What the runner printed in one attempt of a run."""
    return f"logs/{run}-{attempt}.log"
