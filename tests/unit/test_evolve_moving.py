"""A query that is taken out of a model: what becomes of it as a model of its own."""

import pytest

from ribbon.evolve.edit_sql import as_model
from ribbon.sql.written import read_written

SHOUTED = "SELECT A.N FROM (SELECT K, COUNT(*) AS N FROM {{ ref('sales') }} GROUP BY K) AS A"


@pytest.mark.parametrize(
    ("columns", "end"),
    [
        (("k", "n"), "select * from counted\n"),
        (("k", "N"), "select\n    k,\n    N as n\nfrom counted\n"),
    ],
)
def test_a_model_names_its_columns_in_lower_case_as_its_contract_does(columns: tuple[str, ...], end: str) -> None:
    written = read_written(SHOUTED, "duckdb")
    assert written

    query = written.query("a")
    assert query
    text = as_model(written, query, "counted", columns)

    assert text
    assert text.startswith("with\n\ncounted as (\n    SELECT K, COUNT(*) AS N FROM {{ ref('sales') }} GROUP BY K\n)")
    assert text.endswith(f"\n\n{end}")
