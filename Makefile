# The commands of this repository, each one plain enough to type by hand. `make` alone lists them.
# Everything made here lies in .venv and .cache; `make clean` takes it away again.

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP   := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

CATALOGUES := $(wildcard api/locale/*/LC_MESSAGES/*.po)

# The first of these that is Python 3.11 or later is used; `make setup PYTHON=/path/to/python` picks one.
PYTHON  ?=
PYTHONS := $(if $(PYTHON),$(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)

# Only `make lock` needs uv, so it is not part of the lock it writes.
UV_VERSION := 0.13.9
UV := .cache/lock/bin/uv
COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet $(if $(UPGRADE),--upgrade)

export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types imports format messages reference bench lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv with everything from the lock (quick when nothing changed)

demo: setup ## Start Sunledger here with the sample community (ONCE=1: play it once and stop; PORT=8000)
	$(BIN)/sunledger demo $(if $(ONCE),--once) $(if $(PORT),--port $(PORT))

test: check ## Run lint, types, import rules and all tests (ARGS="-k name" for some)
	$(BIN)/python -m pytest $(ARGS)

check: lint types imports ## Run lint, types and import rules

lint: setup ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## Check types
	$(BIN)/mypy

imports: setup ## Check that imports go api, projections, ledger and never back
	$(BIN)/lint-imports --cache-dir .cache/imports

format: setup ## Put code into the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reference: setup ## Write docs/reference.md anew from the code
	$(BIN)/python -m tests.house.reference

messages: setup ## Bring the translation catalogues up to date and say what is not translated
	$(BIN)/python -m api.messages update
	$(PIP) install --no-deps --no-build-isolation -e .

bench: setup ## Run the benchmarks (tests/benchmarks)
	$(BIN)/python -m pytest tests/benchmarks -o python_files="bench_*.py test_*.py" -s $(ARGS)

lock: $(UV) ## Write both lock files again (UPGRADE=1: with newer versions)
	$(COMPILE) --group build -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock
	for lock in requirements.lock requirements-dev.lock; do \
		{ echo "# Written by 'make lock' from pyproject.toml; not edited by hand."; cat $$lock; } > .cache/lock/new; \
		mv .cache/lock/new $$lock; \
	done

clean: ## Remove .venv, caches and build output (never var/, where ledgers live)
	rm -rf $(VENV) .cache build dist __pycache__ .hypothesis .pytest_cache .mypy_cache .ruff_cache
	find api ledger projections tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find api/locale -name '*.mo' -exec rm -f {} +

# Hashes are required for everything fetched; Sunledger itself is installed in place, with what is there.
# The catalogues are compiled by that step, so it is taken again when one of them changed.
$(STAMP): requirements-dev.lock requirements.lock pyproject.toml hatch_build.py $(CATALOGUES)
	@sh scripts/venv.sh $(VENV) $(PYTHONS)
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(UV):
	@sh scripts/venv.sh .cache/lock $(PYTHONS)
	.cache/lock/bin/python -m pip --disable-pip-version-check --quiet install uv==$(UV_VERSION)
