# Every target installs what it needs into .venv first. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
DBT := $(BIN)/dbt

.DEFAULT_GOAL := help
.PHONY: help install run test slow browser pictures bench check lint types layers sql compile format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed ## Install Ribbon and what develops it into .venv

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ribbon needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: install ## Do the main job: land, build, publish, docs, summary
	@$(BIN)/ribbon run

test: install ## Run the tests
	@$(BIN)/pytest -n 2 -m 'not slow'

slow: install ## Run the tests that take minutes: the whole sample data
	@$(BIN)/pytest -n 2 -m 'slow and not browser'

browser: install ## Test the catalog's pages in Chromium; Debian's is installed where none is
	@tests/browser/chromium.sh
	@RIBBON_BROWSER=1 $(BIN)/pytest -n 2 -m browser tests/browser

pictures: install ## Take the README's pictures of the catalog anew, from the site that the main job left
	@tests/browser/chromium.sh
	@$(BIN)/python -m tests.browser.pictures data/site docs/pictures

bench: install ## Measure the gate, lineage, the catalog and evolution beside what would be used instead; takes an hour
	@$(BIN)/python bench/expectations/measure.py data/build.duckdb
	@$(BIN)/python bench/expectations/parsing.py
	@$(BIN)/python bench/lineage/measure.py --sizes 500 2000
	@$(BIN)/python bench/catalog/measure.py --sizes 500
	@$(BIN)/python bench/evolve/measure.py --sizes 500 2000

check: lint types layers sql compile ## Run every check that needs no data

lint: install ## Check Python style and formatting with ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: install ## Check Python types with mypy
	@$(BIN)/mypy

layers: install ## Check the layers of the Python part with import-linter
	@$(BIN)/lint-imports

sql: install ## Check SQL style with sqlfluff
	@$(BIN)/sqlfluff lint models tests/data

compile: install ## Compile the whole project, which also checks the layer rule
	@$(DBT) compile --quiet --target-path target/check

reference: install ## Write the reference pages of the handbook from the code
	@$(BIN)/python -m ribbon.cli.reference commands > docs/handbook/commands.md
	@$(BIN)/python -m ribbon.cli.reference expectations macros/expectations > docs/handbook/expectations.md

format: install ## Rewrite Python and SQL in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix models tests/data

clean: ## Remove what dbt left behind; data/ holds history and stays
	@rm -rf target logs
