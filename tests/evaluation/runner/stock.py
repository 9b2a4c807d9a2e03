"""Runs lm-eval's own command several times in one process, so that torch is imported once.

python -m tests.evaluation.runner.stock '[["--model", "hf", …], …]'
"""

import json
import sys

from lm_eval.__main__ import cli_evaluate


def main() -> None:
    """Each list of arguments is one ``lm_eval`` command."""
    for arguments in json.loads(sys.argv[1]):
        sys.argv = ["lm_eval", *arguments]
        cli_evaluate()


if __name__ == "__main__":
    main()
