"""``python -m evaluation.runner``: scores checkpoints on tasks, for a worker or by hand.

--events-fd N                         serve a worker: commands on standard input, events on descriptor N
spec.json --out DIR                   one run by hand, events on standard output
--describe                            versions and devices of this machine, as JSON
--fetch REPO --ledger DIR             bring a repository into the hub's cache of this machine
--shrink --ledger DIR --most BYTES    remove fetched weights that were not used for longest
--list-tasks --task-dir DIR --out F   every task of the harness and the directories, one JSON object a line
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from evaluation.core.protocol import ProtocolError, QuitCommand, Ready, RunSpec, read
from evaluation.runner import hub, weights
from evaluation.runner.channel import Commands, Events, die, die_with_parent, private_stdin, private_stdout
from evaluation.runner.describe import describe

IDLE_SECONDS = 600.0
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "DISABLE_MULTIPROC": "1",
}
"""Set where unset: nothing is fetched, no bars in the log, no forked pools that could outlive this process."""


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and do it; gives the exit status."""
    asked = parser().parse_args(arguments)
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if asked.describe:
        print(json.dumps({**describe(), "hub": hub.access()}))
        return 0
    if asked.fetch:
        die_with_parent()
        return hub.say_fetched(asked)
    if asked.shrink:
        return hub.say_shrunk(asked)
    if asked.list_tasks:
        from evaluation.runner.listing import write_listing

        return write_listing([Path(folder) for folder in asked.task_dir], asked.out)
    if asked.events_fd is not None:
        return serve(asked.events_fd, asked.idle_seconds)
    if asked.spec is None:
        parser().error("give a spec.json, or --events-fd, --describe or --list-tasks")
    return by_hand(Path(asked.spec), asked.out)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    line = argparse.ArgumentParser(prog="python -m evaluation.runner", description=__doc__.partition("\n")[0])
    line.add_argument("spec", nargs="?", help="a run as JSON (the fields of RunSpec)")
    line.add_argument("--out", help="directory of the run's files, or file of the task list")
    line.add_argument("--events-fd", type=int, help="serve a worker; events go to this descriptor")
    line.add_argument(
        "--idle-seconds",
        type=float,
        default=float(os.environ.get("RUNNER_IDLE_SECONDS", IDLE_SECONDS)),
        help="free the checkpoint after so long without a run (environment: RUNNER_IDLE_SECONDS)",
    )
    line.add_argument("--describe", action="store_true", help="print versions and devices")
    line.add_argument("--list-tasks", action="store_true", help="write every task, one JSON object a line")
    line.add_argument("--task-dir", action="append", default=[], help="a task directory; may be repeated")
    line.add_argument("--fetch", metavar="REPO", help="fetch a repository; prints where it lies")
    line.add_argument("--revision", default="main", help="of the repository")
    line.add_argument("--file", action="append", default=[], help="pattern of file names; may be repeated")
    line.add_argument("--shrink", action="store_true", help="remove fetched weights beyond --most")
    line.add_argument("--ledger", default="", help="directory in which fetched weights are noted")
    line.add_argument("--most", type=int, default=0, help="bytes of fetched weights to keep (0: any number)")
    line.add_argument("--dry-run", action="store_true", help="remove nothing")
    return line


def serve(events_fd: int, idle_seconds: float) -> int:
    """Serve a worker until its commands end or it says quit."""
    die_with_parent()
    weights.TOKEN |= hub.hide_token()
    private_stdout()
    os.set_inheritable(events_fd, False)
    events = Events(os.fdopen(events_fd, "w", encoding="utf-8", errors="backslashreplace"))
    commands = Commands(os.fdopen(private_stdin(), "r", encoding="utf-8", errors="replace"), events)
    commands.listen()
    # Whoever ends this machine signals everything at once: what is computed is kept, and the worker gives the run back.
    signal.signal(signal.SIGTERM, lambda number, frame: commands.quit())
    events(Ready(os.getpid(), **describe()))
    service = None
    while True:
        command = commands.next(timeout=min(5.0, max(idle_seconds / 4, 0.05)))
        if isinstance(command, QuitCommand):
            os._exit(0)
        if command is not None:
            if service is None:
                from evaluation.runner.service import Service

                service = Service(events, commands.stopped)
            commands.hold(command.spec.lease_seconds)
            service.run(command.spec)
            commands.hold(0)
            commands.forget(command.spec.run)
            if service.broken:
                die()
        elif service is not None:
            service.unload_after(idle_seconds)


def by_hand(file: Path, out: str | None) -> int:
    """One run from a file; 0 when every cell was scored."""
    events = Events(os.fdopen(private_stdout(), "w", encoding="utf-8", errors="backslashreplace"))
    try:
        spec = read(RunSpec, {"out": out or "", **json.loads(file.read_text(encoding="utf-8"))}, file.name)
    except (OSError, ValueError, ProtocolError) as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 2
    spec = replace(spec, out=out or spec.out)
    if not spec.out:
        print("--out DIR is needed for the run's files", file=sys.stderr)
        return 2
    from evaluation.runner.service import Service

    return 0 if Service(events, lambda run, cell: False).run(spec) else 1


if __name__ == "__main__":
    sys.exit(main())
