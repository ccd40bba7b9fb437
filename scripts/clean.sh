#!/usr/bin/env bash
# Removes all that `make demo`, `make test` and `make bench` made, the private cluster included, also when the
# environment that would stop it is gone. Debian packages stay: other programs may use them by now.
set -uo pipefail
cd "$(dirname "$0")/.."

home=${GRIDSVC_HOME:-.gridsvc}
if [ -x .venv/bin/python ]; then
  .venv/bin/python -m gridsvc db down --remove --yes || true
fi
# `where` names the data of a cluster that lies elsewhere because another user must own it
places=("$home/pg")
if [ -r "$home/where" ]; then places+=("$(cat "$home/where")"); fi
for data in "${places[@]}"; do
  [ -n "$data" ] && [ -f "$data/PG_VERSION" ] || continue
  if [ -f "$data/postmaster.pid" ]; then
    pid=$(head -n 1 "$data/postmaster.pid")
    case $(cat "/proc/$pid/comm" 2>/dev/null) in
      postgres*)
        kill -INT "$pid"
        for _ in $(seq 100); do [ -d "/proc/$pid" ] || break; sleep 0.1; done
        [ -d "/proc/$pid" ] && kill -QUIT "$pid" ;;
    esac
  fi
  rm -rf "$data"
  case $data in /var/lib/gridsvc/*) rmdir --ignore-fail-on-non-empty "$(dirname "$data")" /var/lib/gridsvc ;; esac
done
rm -rf .venv .venv-training .venv-peers out maps/vendor maps/node_modules data/gazetteer scripts/registry/node_modules dist build .gridsvc
rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
find . -name __pycache__ -type d -prune -exec rm -rf {} +
