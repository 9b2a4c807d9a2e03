#!/bin/sh
# The tests. With arguments, those of pytest that they name. Without, all, in two halves of about the same length side by
# side: those marked slow (real processes and models, which mostly wait for each other), and the rest with the chaos test.
# Each has a data directory of its own.
set -u
pytest() { sh .ci/with-own-data.sh "${PY:-.venv/bin/python}" -m pytest "$@"; }
[ $# -eq 0 ] || { pytest "$@"; exit; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
pytest -m slow --ignore=tests/chaos --durations=15 >"$log" 2>&1 &
slow=$!
pytest -m "not slow" --durations=15
rest=$?
pytest -m slow tests/chaos
chaos=$?
echo "The other half: tests marked slow."
wait "$slow"
slow=$?
cat "$log"
[ "$rest" -eq 0 ] && [ "$chaos" -eq 0 ] && [ "$slow" -eq 0 ]
