"""lm-eval's own command as often as it is asked for in one process: torch and the 14,000 task files are read once.

``python -m tests.evaluation.runner.stock`` reads the arguments of one command per line, as a JSON list, and answers
each by a line: ``null``, or what went wrong.
"""

import contextlib
import functools
import json
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lm_eval.__main__ import cli_evaluate
from lm_eval.tasks._index import TaskIndex


def main() -> None:
    """Run what comes in until nothing more does; what the command prints goes to stderr."""
    answers = sys.stdout
    keep_the_index()
    for line in sys.stdin:
        with contextlib.redirect_stdout(sys.stderr):
            fault = run(json.loads(line))
        print(json.dumps(fault), file=answers, flush=True)


def run(arguments: list[str]) -> str | None:
    """One ``lm_eval`` command; gives the trace of what went wrong."""
    sys.argv = ["lm_eval", *arguments]
    try:
        cli_evaluate()
    except (Exception, SystemExit):  # noqa: BLE001 - the next command may do better
        return traceback.format_exc()
    return None


def keep_the_index() -> None:
    """The index of the same folders is not built again: it takes nine seconds, and no test changes a task file."""
    build = functools.cache(TaskIndex.build)

    def kept(paths: Iterable[Path], **how: Any) -> Any:
        return dict(build(tuple(paths), **how))

    TaskIndex.build = staticmethod(kept)


if __name__ == "__main__":
    main()
