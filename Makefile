# Signpost. Everything lives in .venv/; `make help` lists what can be done.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run test lint check bench promises lock screenshots clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

run: .venv/ready  ## set up, then start the assistant on http://127.0.0.1:8080
	@exec $(BIN)/python -m bot

lint: .venv/ready-dev  ## format, style, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: .venv/ready  ## faults of the knowledge base
	$(BIN)/signpost knowledge check

test: .venv/ready-dev lint check  ## set up, then the whole test suite
	@sh tests/install-chromium.sh
	@sh tests/install-postgresql.sh
	@sh tests/install-gcc.sh
	$(BIN)/python -m pytest

# A peer that cannot be installed is reported as absent by the benchmark, so the others are still measured.
.venv/ready-bench: .venv/ready-dev requirements-bench.lock
	$(PIP) install --require-hashes --no-deps -r requirements-bench.lock && touch $@

bench: .venv/ready-dev  ## the benchmark against peers, to benchmarks/latest.md (DATA=folder: public intent sets too)
	-@$(MAKE) --no-print-directory .venv/ready-bench
	$(BIN)/python benchmarks/run.py $(if $(DATA),--data $(DATA))

promises: .venv/ready-dev  ## the long reliability checks, to promises/latest.md
	@sh tests/install-postgresql.sh
	@sh tests/install-gcc.sh
	$(BIN)/python -m pytest tests/promises --full-size

screenshots: .venv/ready-dev  ## the pictures of the README
	$(BIN)/python docs/screenshots.py

lock: .venv/ready-dev  ## pin every dependency with its hashes (needs uv)
	uv pip compile pyproject.toml --extra full --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --extra full --group build --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -q -c requirements.lock -o requirements-dev.lock
	uv pip compile --group bench --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -q -c requirements-dev.lock -o requirements-bench.lock

clean:  ## remove the environment and caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
