# Everything starts from Python 3.11 and make. The environment is made once and again only when its lists change.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := build/sample
SHELL := /bin/bash
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench serve clean
.DELETE_ON_ERROR:

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# -- the environment: .run holds what the program needs, .dev also what tests and checks need -----------------------
$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed; name another with make PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/.made
	@test $(VENV)/.dev -nt requirements/run.txt || $(BIN)/python -m pip install --quiet --require-hashes --no-compile -r requirements/run.txt
	@test -x $(BIN)/tongchou && test ! pyproject.toml -nt $(BIN)/tongchou \
	  || $(BIN)/python -m pip install --quiet --no-deps --no-compile -e .
	@touch $@
	@$(COMPILE)

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --require-hashes --no-compile -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-compile -e .
	@touch $@
	@$(COMPILE)

# Byte code in the background: PYTHONDONTWRITEBYTECODE may be set, and without it every start is slow.
COMPILE = nohup env -u PYTHONDONTWRITEBYTECODE nice $(BIN)/python -m compileall -q -j 0 \
  $(VENV)/lib src </dev/null >/dev/null 2>&1 &

# -- what to do ------------------------------------------------------------------------------------------------------
run: $(VENV)/.run ## set up, make a sample year of claims, settle it, explain one claim
	@test -f $(SAMPLE)/claims.csv -a -f $(SAMPLE)/long_claim || $(BIN)/python scripts/make_sample.py --out $(SAMPLE)/claims.csv
	$(BIN)/tongchou law check
	$(BIN)/tongchou settle $(SAMPLE)/claims.csv --area 530100 --out $(SAMPLE)/out
	$(BIN)/tongchou explain $(SAMPLE)/out $$(cat $(SAMPLE)/long_claim)
	@echo "经办系统 the office in a browser: make serve"
	@if [ -t 0 ] && [ -t 1 ]; then read -r -p "现在启动演示？ Serve a demo now? [y/N] " answer; \
	  case "$$answer" in [yY]*) $(MAKE) --no-print-directory serve;; esac; fi

test: $(VENV)/.dev ## set up and run the tests
	$(BIN)/python -m pytest -n auto   # -q is in pyproject.toml; twice would hide the closing line

check: $(VENV)/.dev ## lint, types, and which room may import which
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# OpenFisca-core, beside which contributions are measured, has an environment of its own; bench goes on without it.
.venv-yardstick/.made: requirements/yardstick.txt
	$(PYTHON) -m venv .venv-yardstick
	.venv-yardstick/bin/python -m pip install --quiet --require-hashes -r requirements/yardstick.txt
	@touch $@

bench: $(VENV)/.dev ## measure; prints a table and writes benchmarks/results.json
	@$(MAKE) --no-print-directory .venv-yardstick/.made \
	  || echo "OpenFisca-core could not be installed; its rows are left out." >&2
	$(BIN)/python benchmarks/run.py

serve: $(VENV)/.run ## the office in a browser: makes a demo where no office is yet, then serves it until interrupted
	-@$(BIN)/tongchou office demo
	$(BIN)/tongchou office serve --port $(PORT)

clean: ## remove what was built; the environment stays
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
