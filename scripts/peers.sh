#!/usr/bin/env bash
# Makes .venv-peers with the libraries that `make bench` measures ours beside. Without a package index the bench goes
# on without them, and says so.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=benchmarks/peers/requirements.txt
cmp -s "$wanted" .venv-peers/done && exit 0
rm -rf .venv-peers
.venv/bin/python -m venv .venv-peers
if .venv-peers/bin/python -m pip install -qq --disable-pip-version-check -r "$wanted"; then
  cp "$wanted" .venv-peers/done
else
  rm -rf .venv-peers
  echo "peers: $wanted could not be installed, the figures of other libraries are left out" >&2
fi
