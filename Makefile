# gridsvc: `make demo` and `make test` set up everything they need on a fresh Debian 12.
SHELL := /bin/bash
SERVE ?= 1
PY := .venv/bin/python
# what is imported is compiled once, not by each of the many processes of a run
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test bench soak clean setup lint help address-model

help:
	@echo "make demo [SERVE=0]  样例城市：建库、导入、划分、热力、办结率、地图 / the sample city end to end"
	@echo "make test            全部检查与测试 / every check and test"
	@echo "make bench           性能数字 / the figures of docs/benchmarks.md"
	@echo "make soak            长时测试 / the long tests"
	@echo "make address-model   重新训练地址模型 / train the address model anew"
	@echo "make clean           删除所有生成物 / remove everything that was made"

setup:
	@scripts/setup.sh demo

demo:
	@scripts/setup.sh demo
	@$(PY) -m gridsvc demo $(if $(filter 0,$(SERVE)),--no-serve,)

test:
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint:
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-cache | tail -n 3

bench:
	@scripts/setup.sh test
	@scripts/peers.sh
	@$(PY) -m benchmarks

soak:
	@scripts/setup.sh test
	@$(PY) -m pytest -n 2 --dist loadfile -m soak --timeout=3600

address-model:
	@scripts/setup.sh test
	@scripts/train.sh

clean:
	@scripts/clean.sh
