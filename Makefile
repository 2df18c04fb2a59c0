# The whole handling of a checkout. `make demo` and `make test` start from nothing: they install what is missing
# (Debian packages where allowed, Python packages from the hashed lock files) and leave stamps, so that a second
# run starts at once.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
PIP_QUIET := --quiet --disable-pip-version-check
export PYTHON
# Some containers forbid Python to keep what it has compiled. The tests start hundreds of processes, each of which
# would then compile all of its modules again: a third of the whole time.
export PYTHONDONTWRITEBYTECODE :=

# A development install holds everything a demo install holds, so it satisfies both.
DEMO_READY := $(VENV)/.demo-ready
DEV_READY := $(VENV)/.dev-ready
# The edge is tested in an environment of its own: a library that slips in through dev or cloud must not hide there.
EDGE_VENV := .venv-edge
EDGE_READY := $(EDGE_VENV)/.edge-ready
WORKERS ?= 2

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(DEMO_READY) ## Start broker, head office and three stores, and replay real sales
	@.ci/system demo
	@$(VENV)/bin/python pwa/hatch_build.py build || echo "Going on without the pages; the API works."
	@$(VENV)/bin/liushui demo

.PHONY: test
test: lint $(EDGE_READY) ## Lint, then every test: units, scenarios, simulator, browser
	@.ci/system test
	@$(VENV)/bin/python pwa/hatch_build.py test
	@$(VENV)/bin/python -m pytest -n $(WORKERS) --dist loadfile

.PHONY: lint
lint: $(DEV_READY) pwa ## ruff, mypy --strict, direction of imports, types of the PWA
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-cache
	@$(VENV)/bin/python pwa/hatch_build.py check

.PHONY: bench
bench: $(DEV_READY) $(EDGE_READY) ## Measure the straight line from scan to head office against the machine's raw limit
	@$(VENV)/bin/liushui bench line --json --edge-python $(EDGE_VENV)/bin/python

.PHONY: pwa
pwa: $(DEMO_READY) ## Build the phone and office app into pwa/dist when its sources changed
	@$(VENV)/bin/python pwa/hatch_build.py build

.PHONY: lock
lock: $(DEV_READY) ## Renew the lock files in .requirements/ from pyproject.toml
	@$(VENV)/bin/python .ci/lock.py

.PHONY: clean
clean: ## Remove everything that make made
	rm -rf $(VENV) $(EDGE_VENV) pwa/node_modules pwa/dist dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis


$(VENV)/bin/python:
	@.ci/system venv
	@$(PYTHON) -m venv $(VENV)

$(DEV_READY): .requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the development environment into $(VENV) …"
	@$(VENV)/bin/python -m pip install $(PIP_QUIET) --require-hashes -r .requirements/dev.txt
	@LIUSHUI_SKIP_PWA=1 $(VENV)/bin/python -m pip install $(PIP_QUIET) --no-deps --no-build-isolation -e .
	@touch $(DEMO_READY) $(DEV_READY)

$(DEMO_READY): .requirements/demo.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the demo environment into $(VENV) …"
	@$(VENV)/bin/python -m pip install $(PIP_QUIET) --require-hashes -r .requirements/demo.txt
	@LIUSHUI_SKIP_PWA=1 $(VENV)/bin/python -m pip install $(PIP_QUIET) --no-deps --no-build-isolation -e .
	@touch $(DEMO_READY)

$(EDGE_READY): .requirements/edge.txt pyproject.toml
	@.ci/system venv
	@$(PYTHON) -m venv $(EDGE_VENV)
	@$(EDGE_VENV)/bin/python -m pip install $(PIP_QUIET) --require-hashes -r .requirements/edge.txt
	@echo "$(CURDIR)" > $(EDGE_VENV)/lib/python$$($(EDGE_VENV)/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')/site-packages/liushui.pth
	@touch $(EDGE_READY)
