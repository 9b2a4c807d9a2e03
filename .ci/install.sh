#!/bin/sh
# Make .venv with Python 3.11 or 3.12 and install the named extras of pyproject.toml into it.
# usage: .ci/install.sh EXTRAS        PYTHON=… names the interpreter to use
set -eu

fits() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' >/dev/null 2>&1; }

if [ -x .venv/bin/python ] && ! fits .venv/bin/python; then
    echo "The .venv here is broken or of another Python than 3.11 and 3.12. Remove it and start again: rm -r .venv" >&2
    exit 1
fi
if [ ! -x .venv/bin/python ]; then
    found=
    for candidate in ${PYTHON:-} python3.12 python3.11 python3 python; do
        if fits "$candidate"; then found=$candidate; break; fi
    done
    if [ -z "$found" ]; then
        echo "Arboretum needs Python 3.11 or 3.12, and found neither. Install one, or name it: PYTHON=/path/to/python3.12 make run" >&2
        exit 1
    fi
    if ! "$found" -m venv .venv; then
        rm -rf .venv
        echo "$found cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
echo "Installing into .venv: the first time this fetches some hundred megabytes and takes minutes."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt ".[$1]"
# pip would compile 20,000 modules one after the other; some are of another Python, and nothing imports them.
.venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
