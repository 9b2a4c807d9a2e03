#!/bin/sh
# The tests. With arguments, those of pytest that they name. Without, all, in three parts side by side, since many of them
# wait: what is not marked slow with the chaos test, real models, and sites of real processes. Each part has a data
# directory of its own and, of real models, a runner that its tests share. The chaos test comes last, when least else runs:
# it holds a busy machine to some seconds.
set -u
# Hundreds of short processes would each compile the site's modules again.
unset PYTHONDONTWRITEBYTECODE
# The models are tiny: more threads would mostly wait for each other, at the cost of all other processes.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
pytest() { sh .ci/with-own-data.sh "${PY:-.venv/bin/python}" -m pytest "$@"; }
[ $# -eq 0 ] || { pytest "$@"; exit; }

# By their files: each part would import all others as well.
slow=$(grep -rlw --include='test_*.py' 'mark\.slow' tests | grep -v ^tests/chaos/)
models='^tests/(reference|evaluation/(core|results|runner))/'
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
# shellcheck disable=SC2046
pytest -m slow --durations=15 $(echo "$slow" | grep -vE "$models" | sort) >"$logs/sites" 2>&1 &
sites=$!
# shellcheck disable=SC2046
pytest -m slow --durations=15 $(echo "$slow" | grep -E "$models" | sort) >"$logs/models" 2>&1 &
models=$!
failed=0
pytest -m "not slow" --durations=15 || failed=1
pytest -m slow tests/chaos || failed=1
echo "Marked slow: real models."
wait "$models" || failed=1
cat "$logs/models"
echo "Marked slow: sites of real processes."
wait "$sites" || failed=1
cat "$logs/sites"
exit "$failed"
