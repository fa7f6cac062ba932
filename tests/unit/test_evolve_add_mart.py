"""What people keep asking, shown without the values that nobody may see."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ribbon.evolve.rules.add_mart import find_missing_marts
from tests.evolve_project import Grown, days_before

CONTRACT = """
models:
  - name: people
    columns:
      - {name: id}
      - {name: city}
      - {name: email, config: {meta: {restricted: true}}}
"""


def shown(folder: Path, where: str) -> str:
    """The evidence for a mart of people by city, which two people asked for each week."""
    grown = Grown(folder)
    grown.model("people", "select 1 as id, 'Rome' as city, 'ann@example.com' as email", CONTRACT)
    sql = f"select city, count(*) from warehouse.people where {where} group by city"
    grown.ask(sql, days=days_before(90, step=7), who=("ann", "bob"))
    (proposal,) = find_missing_marts(grown.seen)
    return " ".join(f"{each.where}: {each.what}" for each in proposal.evidence)


def test_a_query_that_names_a_restricted_column_is_not_shown(tmp_path: Path) -> None:
    said = shown(tmp_path, "email = 'ann@example.com' and id > 7")
    assert "ann@example.com" not in said
    assert "one of them: not shown, because it names restricted columns" in said
    assert "id" in said.partition("what they query: where ")[2]


def test_any_other_is_shown_with_what_it_asks(tmp_path: Path) -> None:
    said = shown(tmp_path, "city <> 'Rome'")
    assert "one of them: select city, count(*) from warehouse.people where city <> 'Rome' group by city" in said
    assert "what they query: where " in said


@pytest.mark.parametrize(
    ("weeks", "who", "proposed"),
    [(8, ("ann", "bob"), True), (7, ("ann", "bob"), False), (8, ("ann",), False)],
    ids=["eight weeks", "seven weeks", "one person"],
)
def test_two_people_ask_in_eight_weeks(tmp_path: Path, weeks: int, who: Sequence[str], proposed: bool) -> None:
    grown = Grown(tmp_path)
    grown.model("people", "select 1 as id, 'Rome' as city, 'ann@example.com' as email", CONTRACT)
    days = days_before(7 * (weeks - 1), step=7)
    grown.ask("select city, count(*) from warehouse.people group by city", days=days, who=who)

    assert bool(list(find_missing_marts(grown.seen))) is proposed


def test_what_a_relation_has_a_row_each_of_needs_no_mart(tmp_path: Path) -> None:
    grown = Grown(tmp_path)
    contract = CONTRACT.replace("{name: city}", "{name: city, data_tests: [unique]}")
    grown.model("people", "select 1 as id, 'Rome' as city, 'ann@example.com' as email", contract)
    sql = "select city, count(*) from warehouse.people group by city"
    grown.ask(sql, days=days_before(90, step=7), who=("ann", "bob"))

    assert not list(find_missing_marts(grown.seen))


def test_the_same_rows_by_other_columns_are_another_question(tmp_path: Path) -> None:
    grown = Grown(tmp_path)
    grown.model("people", "select 1 as id, 'Rome' as city, 'ann@example.com' as email", CONTRACT)
    for column in ("city", "id"):
        sql = f"select {column}, count(*) from warehouse.people group by {column}"
        grown.ask(sql, days=days_before(90, step=7), who=("ann", "bob"))

    titles = {proposal.title.partition(":")[0] for proposal in find_missing_marts(grown.seen)}

    assert titles == {"warehouse.people by city", "warehouse.people by id"}
