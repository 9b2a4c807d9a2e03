#!/bin/sh
# The tests. With arguments, those of pytest that they name. Without, all: the slow ones (real processes and models, which
# mostly wait for each other) beside the rest, each half in a process and a data directory of its own.
set -u
pytest() { sh .ci/with-own-data.sh "${PY:-.venv/bin/python}" -m pytest "$@"; }
[ $# -eq 0 ] || { pytest "$@"; exit; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
pytest -m slow >"$log" 2>&1 &
slow=$!
pytest -m "not slow"
rest=$?
echo "The other half: tests marked slow."
wait "$slow"
slow=$?
cat "$log"
[ "$rest" -eq 0 ] && [ "$slow" -eq 0 ]
