"""All processes below this one, grandchildren and orphans included.

On Linux the supervisor adopts what its children leave behind (PR_SET_CHILD_SUBREAPER), and every child is told
when the supervisor itself is killed (PR_SET_PDEATHSIG), so that nothing outlives it unseen.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Collection

import psutil

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def adopt_orphans() -> None:
    """Make processes whose parent died below us our own children."""
    if _libc:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent() -> None:
    """Runs in a new child before its program: SIGTERM when the supervisor is gone."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def descendants() -> list[psutil.Process]:
    """Every process below this one."""
    return psutil.Process().children(recursive=True)


def orphans(known: Collection[int]) -> list[psutil.Process]:
    """Direct children that we did not start ourselves; ended ones are reaped on the way."""
    return [child for child in psutil.Process().children() if child.pid not in known and not _reaped(child)]


def _reaped(process: psutil.Process) -> bool:
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return False
        os.waitpid(process.pid, os.WNOHANG)
    except (psutil.NoSuchProcess, ChildProcessError):
        pass
    return True


def find(pid: int) -> list[psutil.Process]:
    """The process with this number, in a list that is empty when it has just ended."""
    try:
        return [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []


def with_children(process: psutil.Process) -> list[psutil.Process]:
    """A process and all below it."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def end(processes: list[psutil.Process], grace: float) -> None:
    """SIGTERM to each, then after ``grace`` seconds SIGKILL to those left."""
    for process in processes:
        _signal(process, signal.SIGTERM)
    _, left = psutil.wait_procs(processes, timeout=grace)
    for process in left:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(left, timeout=3)


def end_all(grace: float) -> None:
    """End every descendant; repeated, since one that ends may leave others to us."""
    deadline = time.monotonic() + 4 * grace + 5
    while (left := [child for child in descendants() if not _reaped(child)]) and time.monotonic() < deadline:
        end(left, grace)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)
