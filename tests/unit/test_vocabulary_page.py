"""The handbook's page of expectations says what the macros do."""

from pathlib import Path

import pytest
import yaml

from ribbon.cli.vocabulary_page import Entry, read_vocabulary, render_signatures, render_vocabulary
from ribbon.model import in_contract
from tests.conftest import REPOSITORY

MACROS = REPOSITORY / "macros/ribbon/expectations"
ENTRIES = read_vocabulary(MACROS)
ORACLES = {"Great Expectations on pandas", "Great Expectations on SQLAlchemy", "hand-written cases"}


def test_the_page_is_what_the_macros_say() -> None:
    page = (REPOSITORY / "docs/handbook/expectations.md").read_text()

    assert page == render_vocabulary(ENTRIES), "run `make reference`"


def test_macros_know_the_arguments_of_every_measure() -> None:
    text = render_signatures(MACROS)

    assert (MACROS / "_signatures.sql").read_text() == text, "run `make reference`"
    assert "'expect_column_values_to_be_in_set': 'column value_set | mostly row_condition'," in text
    assert text.count(" | ") >= 95


def test_every_expectation_is_on_the_page_once() -> None:
    headings = [line[4:] for line in render_vocabulary(ENTRIES).splitlines() if line.startswith("### ")]

    public = {path.stem for path in MACROS.glob("*.sql") if not path.name.startswith("_")}
    assert sorted(headings) == sorted(public | {"not_null", "unique", "accepted_values", "relationships"})


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_example_is_yaml_that_the_signature_takes(entry: Entry) -> None:
    ((name, body),) = yaml.safe_load(entry.example).items()
    taken = {argument.split("=")[0] for argument in entry.arguments}
    required = {argument for argument in entry.arguments if "=" not in argument} - {"column"}
    given = set(body.get("arguments", {}))

    assert name == in_contract(entry.name)
    assert given <= taken, f"unknown: {given - taken}"
    assert required <= given, f"missing: {required - given}"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_expectation_names_its_oracle_and_explains_arguments_that_it_has(entry: Entry) -> None:
    assert entry.oracle in ORACLES
    assert entry.meaning.endswith(".")


def test_a_macro_file_without_an_example_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_dbts_own.sql").write_text("")
    path = tmp_path / "expect_x.sql"
    path.write_text(
        "{#- Meaning.\n    Oracle: hand-written cases -#}\n{% macro default__measure_expect_x(on, column) -%}\n"
    )

    with pytest.raises(ValueError, match=r"expect_x\.sql: its doc comment has no Example"):
        read_vocabulary(tmp_path)
