# cadenza: what people run. Every target sets up what it needs, once; run it again and it goes straight to work.
#
#   make forecast   the example workspace, checked and simulated, from nothing
#   make test       the tests            make slow    those that take minutes each
#   make quick   in under a minute: not the slow ones, few examples
#   make check      everything that CI checks before the tests: lint, types, layers, docs
#   make docs       the manual, in docs/_build/html

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet
AS_OF  := 2027-01-04# the day on which the example workspace lives: its forecast starts here

.DEFAULT_GOAL := help
.PHONY: help forecast test slow quick lint types layers docs check bench format clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   //p' Makefile

# ---------------------------------------------------------------- setting up

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "cadenza needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 ...")'
	@echo "setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml | $(BIN)/python
	@echo "installing cadenza and what it needs ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(VENV)/.ready
	@echo "installing the tools of development ..."
	@$(PIP) --editable ".[dev]"
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-docs: pyproject.toml | $(VENV)/.ready
	@echo "installing the tools of the manual ..."
	@$(PIP) --editable ".[docs]"
	@touch $@ $(VENV)/.ready

# ---------------------------------------------------------------- using it

forecast: $(VENV)/.ready
	@$(BIN)/cadenza lint cadenza.yaml playbooks simulations --as-of $(AS_OF)
	@$(BIN)/cadenza forecast simulations/2027-q1.yaml --for-seconds 45

# ---------------------------------------------------------------- working on it

test: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -n auto -m "not slow"

slow: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -n auto -m slow

quick: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -n auto -m "not slow" --examples 8

lint: $(VENV)/.ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "not formatted; run: make format"; exit 1; }

format: $(VENV)/.ready-dev
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

types: $(VENV)/.ready-dev
	@$(BIN)/mypy

layers: $(VENV)/.ready-dev
	@$(BIN)/lint-imports

docs: $(VENV)/.ready-docs
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

check: lint types layers docs

bench: $(VENV)/.ready-dev
	@$(BIN)/python benchmarks/startup.py

clean:
	rm -rf $(VENV) build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
