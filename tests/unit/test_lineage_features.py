"""Column lineage, feature by feature: the cases in tests/golden/lineage, and the reader of their format."""

from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.lineage_cases import Case, MalformedCaseError, read_cases
from tests.lineage_lines import difference

FEATURES = sorted((REPOSITORY / "tests" / "golden" / "lineage").glob("*.sql"))
CASES = [case for path in FEATURES for case in read_cases(path)]

RIGHT = """\
-- table lines(id, net decimal(12,2), qty)

--# A sum
select sum(lines.net) as total, 1 as one from lines where lines.qty > 0
-- total: aggregated from lines.net by sum(lines.net)
-- one: constant
-- rows filtered by lines.qty
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_lineage_is_what_the_case_says(case: Case) -> None:
    if found := difference(case):
        pytest.fail(
            f"tests/golden/lineage/{case.file}.sql:{case.line}: {case.name}\n{case.sql}\n{found}", pytrace=False
        )


def test_every_feature_has_several_cases() -> None:
    assert {path.stem for path in FEATURES if len(read_cases(path)) < 2} == set()


def written(folder: Path, text: str) -> Path:
    path = folder / "feature.sql"
    path.write_text(text, encoding="utf-8")
    return path


def difference_of(folder: Path, text: str) -> str:
    return difference(read_cases(written(folder, text))[0])


def test_a_case_is_read_with_its_tables_types_and_origins(tmp_path: Path) -> None:
    (case,) = read_cases(
        written(tmp_path, RIGHT.replace("from lines.net by sum(lines.net)", "from lines.net, lines.id"))
    )
    assert case.id == "feature:A sum"
    assert case.dialect == "duckdb"
    assert case.tables["lines"].columns == {"id": None, "net": "decimal(12,2)", "qty": None}
    assert case.sql == "select sum(lines.net) as total, 1 as one from lines where lines.qty > 0"
    assert case.expected[:2] == ["total: aggregated from lines.net", "total: aggregated from lines.id"]


def test_a_case_has_a_dialect_names_and_tables_of_its_own(tmp_path: Path) -> None:
    header = "--# Second\n-- dialect: bigquery\n-- table raw.events(?)\n-- names: a, b\n"
    query = "select *\n\nfrom raw.events\n-- a: unknown\n"
    first, second = read_cases(written(tmp_path, RIGHT + header + query))
    assert (second.dialect, second.names, second.sql) == ("bigquery", ("a", "b"), "select *\n\nfrom raw.events")
    assert second.tables["raw.events"].path == ["raw", "events"]
    assert second.tables["raw.events"].columns is None
    assert list(first.tables) == ["lines"]


def test_a_right_expectation_has_no_difference(tmp_path: Path) -> None:
    assert difference_of(tmp_path, RIGHT) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "missing", "too_many"),
    [
        (
            "lines.net by sum(lines.net)",
            "lines.id",
            "total: aggregated from lines.id",
            "total: aggregated from lines.net",
        ),
        ("-- total: aggregated", "-- total: computed", "total: computed from", "total: aggregated from lines.net"),
        ("-- one: constant", "-- one: unknown", "one: unknown", "one: constant"),
        ("-- one: constant\n", "", "", "one: constant"),
        ("by sum(lines.net)", "by max(lines.net)", "by max(lines.net)", "by sum(lines.net)"),
        (
            "rows filtered by lines.qty",
            "rows joined on lines.qty",
            "rows joined on lines.qty",
            "rows filtered by lines.qty",
        ),
        ("-- rows filtered by lines.qty", "", "", "rows filtered by lines.qty"),
        ("-- rows", "-- incomplete\n-- rows", "incomplete", ""),
        ("-- rows", "-- asks lines for id\n-- rows", "asks lines for id", "asks lines for net, qty"),
        ("-- rows", "-- unresolved one: nobody knows\n-- rows", "unresolved one: nobody knows", ""),
    ],
)
def test_a_wrong_expectation_fails_and_says_so(
    tmp_path: Path, right: str, wrong: str, missing: str, too_many: str
) -> None:
    found = difference_of(tmp_path, RIGHT.replace(right, wrong)).casefold().splitlines()
    assert not missing or any(line.startswith("- ") and missing in line for line in found)
    assert not too_many or any(line.startswith("+ ") and too_many in line for line in found)


def test_the_order_of_columns_counts(tmp_path: Path) -> None:
    swapped = RIGHT.replace("-- one: constant\n", "").replace("-- total", "-- one: constant\n-- total")
    assert difference_of(tmp_path, swapped) != ""


@pytest.mark.parametrize(
    ("right", "wrong", "line", "remedy"),
    [
        ("-- one: constant", "-- one constant", 6, "no expectation: 'one constant'"),
        ("-- rows filtered by", "-- rows sorted by", 7, "no expectation: 'rows sorted by lines.qty'"),
        ("--# A sum\n", "--# A sum\n-- dialekt: spark\n", 4, "not 'dialekt: spark'"),
        ("-- table lines", "-- tables lines", 1, "before a query stand table, dialect or names"),
        ("select", "-- select", 3, "a case without a query"),
    ],
)
def test_a_malformed_line_is_named_with_its_file(
    tmp_path: Path, right: str, wrong: str, line: int, remedy: str
) -> None:
    path = written(tmp_path, RIGHT.replace(right, wrong))
    with pytest.raises(MalformedCaseError) as raised:
        read_cases(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert remedy in str(raised.value)


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedCaseError, match="a second case named 'A sum'"):
        read_cases(written(tmp_path, RIGHT + RIGHT.partition("\n\n")[2]))


def test_a_case_that_expects_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedCaseError, match="expects nothing"):
        read_cases(written(tmp_path, "--# Forgotten\nselect 1 as one\n"))
