#!/bin/sh
# Run a command with an empty data directory of its own and nothing fetched from a hub.
set -eu
HUB_DATA_DIR=$(mktemp -d)
trap 'rm -rf "$HUB_DATA_DIR"' EXIT INT TERM
export HUB_DATA_DIR HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1
"$@"
