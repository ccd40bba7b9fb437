#!/usr/bin/env bash
# Makes .venv-peers with the libraries that `make bench` measures ours beside. Without a package index the bench goes
# on without them, and says so.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=benchmarks/peers/requirements.txt
cmp -s "$wanted" .venv-peers/done && exit 0
# Nominatim fills its database with osm2pgsql
if ! command -v osm2pgsql >/dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  apt-get install -y -qq --no-install-recommends osm2pgsql >/dev/null || echo "peers: osm2pgsql could not be installed" >&2
fi
rm -rf .venv-peers
.venv/bin/python -m venv .venv-peers
if .venv-peers/bin/python -m pip install -qq --disable-pip-version-check -r "$wanted"; then
  cp "$wanted" .venv-peers/done
else
  rm -rf .venv-peers
  echo "peers: $wanted could not be installed, the figures of other libraries are left out" >&2
fi
