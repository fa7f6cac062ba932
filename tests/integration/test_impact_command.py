"""`ribbon impact` on a project that is in git, with nothing built: two states are compiled, and compared by meaning."""

from typing import Any

import pytest

from tests.conftest import Ended, Workshop, edit, new_mini, take_parsed

USE_CASE = "expectations/mart/sales/_use_case.yml"
FACT, ITEM = "models/warehouse/orders/fct_order.sql", "models/warehouse/orders/dim_item.sql"
MART, CONTRACT = "models/mart/sales/sales_daily.sql", "expectations/mart/sales/sales_daily.yml"
PROMISE = """      - name: unit_count
        data_tests:
          - ribbon.expect_column_values_to_be_between: {arguments: {max_value: 1000}}
"""


def commit(workshop: Workshop) -> None:
    name = "git -c user.name=Ann -c user.email=ann@example.com"
    done = workshop.shell(f"git init --quiet && git add --all && {name} commit --quiet --message 'a state'")
    assert done.exit_code == 0, done.err


@pytest.fixture(scope="module")
def changed(mini_built_once: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The mini project as it is committed, with changes in the working tree. Nothing has landed or is built."""
    workshop = new_mini(tmp_path_factory.mktemp("impact"))
    take_parsed(workshop, mini_built_once)
    commit(workshop)
    edit(workshop, FACT, "source as (\n    select *\n", "delivered as (\n    -- as it came\n    select *\n")
    edit(
        workshop,
        FACT,
        "from source\nwhere {{ ribbon.in_touched_partitions('source', 'day') }}",
        "from delivered\nwhere {{ ribbon.in_touched_partitions('delivered', 'day') }}",
    )
    edit(workshop, ITEM, "    price\n", "    price * 1.1 as price\n")
    edit(workshop, MART, "    sum(orders.quantity) as unit_count,\n", "")
    edit(workshop, CONTRACT, PROMISE, "")
    return workshop


@pytest.fixture(scope="module")
def judged(changed: Workshop) -> Ended:
    return changed.ribbon("impact", "--json", "--fail-on-breaking")


def told(judged: Ended) -> dict[str, list[tuple[str, str | None, str]]]:
    """Kind, column and effect of each change, by relation."""
    relations: list[dict[str, Any]] = judged.json["relations"]
    return {
        each["relation"]: [(change["what"], change["column"], change["effect"]) for change in each["changes"]]
        for each in relations
    }


def test_each_relation_is_told_with_what_its_change_means(judged: Ended) -> None:
    assert told(judged) == {
        "warehouse.dim_item": [("column computed otherwise", "price", "changes values")],
        "warehouse.fct_order": [("same logic", None, "not breaking")],
        "mart.sales_daily": [
            ("column removed", "unit_count", "breaking"),
            ("expectation removed", "unit_count", "not breaking"),
        ],
    }


def test_what_breaks_ends_with_1_where_that_is_asked_for(judged: Ended) -> None:
    assert (judged.exit_code, judged.json["effect"]) == (1, "breaking")


def test_what_is_touched_is_told_down_to_the_uses(judged: Ended) -> None:
    touched = {each["relation"]: each["columns"] for each in judged.json["touched"]}
    assert touched["mart.sales_daily"] == ["sales_usd", "unit_count"]
    assert "warehouse.fct_order" not in touched
    assert [(use["label"], use["use_case"]) for use in judged.json["uses"]] == [("sales_dashboard", "sales")]


def test_nothing_is_left_behind(changed: Workshop, judged: Ended) -> None:
    assert judged.exit_code == 1
    assert not list((changed.data / "tmp").glob("*"))
    assert not (changed.data / "build.duckdb").exists()


def test_a_state_that_does_not_compile_is_named(mini: Workshop) -> None:
    sound = (mini.project / MART).read_text()
    (mini.project / MART).write_text("select {{ 1 + \n")
    commit(mini)
    (mini.project / MART).write_text(sound)
    ended = mini.ribbon("impact")

    assert (ended.exit_code, ended.out) == (2, "")
    assert "HEAD" in ended.err
    assert MART in ended.err


def test_a_commit_that_is_none_is_an_error_of_the_call(mini: Workshop) -> None:
    commit(mini)
    ended = mini.ribbon("impact", "v8", "v9")

    assert (ended.exit_code, "no commit 'v8'" in ended.err) == (2, True)
