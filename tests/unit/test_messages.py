"""Messages of either dbt say what happened, and not where in dbt."""

import pytest

from ribbon.dbt.messages import place_of, plain_lines

OF_DBT_2 = """Error executing materialization macro 'mini.materialization_table_duckdb' for model model.mini.a: \
Failed to eval the compiled Jinja expression invalid operation: Compilation Error for model.mini.a from models/a.sql: \
a was not replaced: 1 of 2 expectations failed.
  not_null(column=v): 1 of 2 rows
(in run/mini/models/a.sql:1:5)
(in macros/ribbon.sql:8:19)
  --> macros/ribbon.sql:8:19
   0: <unknown>
   9: start_thread
             at ./nptl/pthread_create.c:442:8"""
OF_DBT_1 = """Compilation Error in model a (models/a.sql)
  a was not replaced: 1 of 2 expectations failed.
  > in macro gate (gate/gate.sql)
  > called by macro measure_candidate (materializations/shape.sql)"""


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        (
            OF_DBT_2,
            [
                "Compilation Error for model.mini.a from models/a.sql: a was not replaced: 1 of 2 expectations failed.",
                "  not_null(column=v): 1 of 2 rows",
            ],
        ),
        (
            OF_DBT_1,
            ["Compilation Error in model a (models/a.sql)", "  a was not replaced: 1 of 2 expectations failed."],
        ),
        ("[error] [DependencyNotFound (dbt1048)]: Ref 'b' not found\n  --> a.sql:1:1", ["Ref 'b' not found"]),
        ("Binder Error: (in the middle) 1: one", ["Binder Error: (in the middle) 1: one"]),
    ],
)
def test_what_happened_is_left(message: str, lines: list[str]) -> None:
    assert plain_lines(message) == lines


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("[error] [UnusedConfigKey (dbt1060)]: no\n  --> m/s.yml:4:5\n   0: <unknown>", "m/s.yml:4"),
        ("[error] [MacroSyntaxInvalid (dbt1502)]: no\n  --> models/a.sql\n   0: <unknown>", "models/a.sql"),
        (OF_DBT_1, ""),
        ("a --> b.sql:1:1 in the middle", ""),
    ],
)
def test_the_place_that_dbt_2_names_is_found(message: str, place: str) -> None:
    assert place_of(message) == place
