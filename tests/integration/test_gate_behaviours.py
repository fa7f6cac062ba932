"""What a dbt user expects of tests holds for the gate, too: severities, thresholds, selections, retries.

One project with a model for each behaviour is built on good rows, then on bad ones; tests that need a run of their own
build a few of its models.
"""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Ended, Workshop, new_mini, write_files

MODELS = """
models:
  - name: broken
    columns: [{name: amount, data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}}]}]
  - name: warned
    columns:
      - name: amount
        data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}, config: {severity: warn}}]
  - name: two_wrong
    columns: [{name: amount, data_tests: [ribbon.expect_column_values_to_be_between:
      {arguments: {min_value: 0}, config: {warn_if: '>0', error_if: '>2'}}]}]
  - name: three_wrong
    columns: [{name: amount, data_tests: [ribbon.expect_column_values_to_be_between:
      {arguments: {min_value: 0}, config: {warn_if: '>0', error_if: '>2'}}]}]
  - name: chosen
    columns:
      - name: amount
        data_tests:
          - ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}, config: {where: "kind = 'a'"}}
  - name: limited
    columns:
      - name: amount
        data_tests:
          - ribbon.expect_column_values_to_be_between:
              {arguments: {min_value: 0}, config: {limit: 1, warn_if: '>0', error_if: '>1'}}
  - name: calculated
    columns:
      - name: amount
        data_tests:
          - ribbon.expect_column_values_to_be_between:
              {arguments: {min_value: 0}, config: {fail_calc: 'coalesce(sum(-amount), 0)', error_if: '>5'}}
  - name: stored
    columns:
      - name: amount
        data_tests:
          - ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}, config: {store_failures: true}}
      - {name: email, config: {meta: {restricted: true}}}
  - name: told
    columns:
      - name: kind
        data_tests: [accepted_values: {arguments: {values: "{{ var('kinds') }}"}}]
      - name: amount
        data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {max_value: "var('most')", min_value: -9}}]
  - name: packaged
    columns: [{name: amount, data_tests: [elsewhere.at_least: {arguments: {least: 0}}]}]
  - name: owned
    columns: [{name: amount, data_tests: [our_own: {arguments: {least: 0}}]}]
  - name: redefined
    columns: [{name: kind, data_tests: [unique]}]
  - name: masked
    columns:
      - name: email
        config: {meta: {restricted: true}}
        data_tests: [ribbon.expect_column_values_to_match_regex: {arguments: {regex: '@'}}]
  - name: orphaned
    columns: [{name: amount, data_tests: [relationships: {arguments: {to: ref('chosen'), field: amount}}]}]
  - name: fleeting
    config: {materialized: ephemeral}
    columns: [{name: amount, data_tests: [not_null]}]
  - name: switched_off
    columns:
      - name: amount
        data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}, config: {enabled: false}}]
  - name: linked
    columns: [{name: amount, data_tests: [relationships: {arguments: {to: ref('chosen'), field: amount}}]}]
"""
# What is wrong with a contract is told by name, and stops nothing but itself.
FAULTY = """
models:
  - name: columnless
    columns: [{name: absent, data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}}]}]
  - name: reactionless
    columns:
      - name: amount
        data_tests: [not_null: {config: {meta: {on_unexpected: shout}}}]
  - name: argumentative
    columns:
      - name: amount
        data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {minimum: 0}}]
  - name: crooked
    columns:
      - {name: absent, data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}}]}
      - {name: id, data_tests: [not_null, ribbon.expect_column_values_to_be_between: {arguments: {minimum: 0}}]}
      - name: amount
        data_tests:
          - not_null: {config: {meta: {on_unexpected: shout}}}
          - ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}}
"""
PLAIN = [
    *("broken", "warned", "two_wrong", "three_wrong", "chosen", "limited", "calculated", "stored", "told", "packaged"),
    *("owned", "redefined", "masked", "orphaned", "fleeting", "switched_off", "linked"),
]
CROOKED = ["columnless", "reactionless", "argumentative", "crooked"]
GOOD_ROW = "1,10,a,ann@example.com"
BAD_ROWS = {
    "broken": ["2,-1,a,", "3,-2,a,"],
    "warned": ["2,-1,a,"],
    "two_wrong": ["2,-1,a,", "3,-2,a,"],
    "three_wrong": ["2,-1,a,", "3,-2,a,", "4,-3,a,"],
    "chosen": ["2,-1,b,"],
    "limited": ["2,-1,a,", "3,-2,a,"],
    "calculated": ["2,-10,a,"],
    "stored": ["2,-1,a,bob@example.com", "3,-2,b,eve@example.com"],
    "told": ["2,2,z,", "3,99,a,"],
    "packaged": ["2,-1,a,", "3,-2,a,"],
    "owned": ["2,-1,a,"],
    "redefined": ["2,1,twin,", "3,1,twin,", "4,2,b,", "5,2,b,"],
    "masked": ["2,1,a,nobody"],
    "orphaned": ["2,77,a,"],
    "fleeting": ["2,,a,"],
    "switched_off": ["2,-1,a,"],
    "linked": ["2,77,a,"],
}
ROWS = """{% macro rows() %}
select id, amount, kind, email
from read_csv('files/rows.csv', columns = {
  'model': 'varchar', 'id': 'bigint', 'amount': 'bigint', 'kind': 'varchar', 'email': 'varchar'
})
where model = '{{ model.name }}'
{% endmacro %}
"""
AT_LEAST = """{% test at_least(model, column_name, least) %}
select * from {{ model }} where {{ column_name }} < {{ least }}
{% endtest %}
"""
UNIQUE = """{% test unique(model, column_name) %}
select {{ column_name }} from {{ model }} where {{ column_name }} != 'twin' group by 1 having count(*) > 1
{% endtest %}
"""
SLOW = "select count(*) as n from range(10000000000) as t (i) where hash(i) % 7 = 0\n"
FILES = {
    **{f"models/warehouse/behave/{name}.sql": "{{ rows() }}\n" for name in PLAIN},
    **{f"models/warehouse/crooked/{name}.sql": "{{ rows() }}\n" for name in CROOKED},
    "models/warehouse/behave/child.sql": "select * from {{ ref('broken') }}\n",
    "models/warehouse/behave/reader.sql": "select * from {{ ref('fleeting') }}\n",
    "models/warehouse/behave/linked.sql": "-- depends_on: {{ ref('chosen') }}\n{{ rows() }}\n",
    "models/warehouse/slow/slow.sql": SLOW,
    "expectations/warehouse/behave/behave.yml": MODELS,
    "expectations/warehouse/crooked/crooked.yml": FAULTY,
    "tests/nothing_is_negative.sql": "select * from {{ ref('switched_off') }} where amount < 0\n",
    "macros/own/rows.sql": ROWS,
    "macros/own/our_own.sql": AT_LEAST.replace("at_least", "our_own"),
    "macros/own/unique.sql": UNIQUE,
    "packages.yml": "packages:\n  - local: packages/ribbon\n  - local: elsewhere\n",
    "elsewhere/dbt_project.yml": "name: elsewhere\nversion: '0.1.0'\nconfig-version: 2\n",
    "elsewhere/macros/at_least.sql": AT_LEAST,
}
SELECT = ("--select", "path:models/warehouse/behave", "path:tests")
VARS = ("--vars", '{"kinds": ["a", "b"], "most": 50}')
HOOKS = {
    "mini-on-run-start-0",
    "mini-on-run-start-1",
    "ribbon-on-run-start-0",
    "ribbon-on-run-end-0",
}


@dataclass(frozen=True)
class Run:
    """How an invocation of dbt ended, what it said, each node's result by name, and its log with what it sent."""

    run_id: str
    ended: Ended
    nodes: dict[str, dict[str, Any]]
    log: str

    @property
    def said(self) -> str:
        return re.sub(r"\x1b\[\d+m", "", self.ended.out)

    def status(self, name: str) -> str:
        return str(self.nodes[name]["status"])

    def test(self, model: str) -> dict[str, Any]:
        """The result of the one test on a model."""
        (found,) = [node for name, node in self.nodes.items() if f"_{model}_" in name]
        return found

    def told(self, model: str) -> str:
        """What dbt says of a node that failed."""
        return str(self.nodes[model]["message"])

    def statements(self, kind: str) -> list[str]:
        """Nodes of a kind that sent a statement, once for each."""
        return re.findall(rf"On {kind}\.mini\.([^:\s]+): (?!BEGIN|COMMIT|ROLLBACK|Close)", self.log)


@dataclass
class Home:
    """The project, whose models read what `write_rows` wrote last."""

    workshop: Workshop

    def dbt(self, *words: str) -> Run:
        log = self.workshop.target / "logs/dbt.log"
        log.unlink(missing_ok=True)
        ended = self.workshop.dbt(*words, *VARS)
        artifact = json.loads((self.workshop.target / "run_results.json").read_text())
        nodes = {result["unique_id"].split(".")[2]: result for result in artifact["results"]}
        return Run(artifact["metadata"]["invocation_id"], ended, nodes, log.read_text())

    def write_rows(self, bad: Mapping[str, list[str]]) -> None:
        lines = [f"{name},{row}" for name in [*PLAIN, *CROOKED] for row in [GOOD_ROW, *bad.get(name, [])]]
        write_files(self.workshop.project, {"files/rows.csv": "\n".join(["model,id,amount,kind,email", *lines, ""])})

    def rows(self, table: str) -> int:
        return int(self.workshop.value(f"select count(*) from {table}"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    mini = new_mini(tmp_path_factory.mktemp("behaviours"))
    write_files(mini.project, FILES)
    assert mini.dbt("deps").exit_code == 0
    return Home(mini)


@pytest.fixture(scope="module")
def good(home: Home) -> Run:
    """All models, built by several threads on good rows."""
    home.write_rows({})
    return home.dbt("build", *SELECT, "--threads", "4")


@pytest.fixture(scope="module")
def bad(home: Home, good: Run) -> Run:
    """The same on bad rows, with what was recorded of them."""
    assert good.ended.exit_code == 0, good.ended.out
    shutil.copytree(home.workshop.target, home.workshop.project / "state", ignore=shutil.ignore_patterns("logs"))
    home.write_rows(BAD_ROWS)
    return home.dbt("build", *SELECT, "--threads", "4")


@pytest.fixture(scope="module")
def recorded(home: Home, bad: Run) -> dict[str, dict[str, Any]]:
    """What expectation_results says of the bad run, by the name of the node measured."""
    names = ("node_id", "status", "gated", "reason", "failures")
    chosen = f"run_id = '{bad.run_id}'"
    rows = home.workshop.query(f"select {', '.join(names)} from ribbon.expectation_results where {chosen}")
    return {row[0].split(".")[-1]: dict(zip(names, row, strict=True)) for row in rows}


@pytest.fixture(scope="module")
def flagged(home: Home, bad: Run) -> Run:
    """Bad rows with --store-failures and --full-refresh, and one test excluded."""
    assert bad.ended.exit_code == 1
    selected = ("--select", "broken", "warned", "three_wrong")
    hidden = ("--exclude", "ribbon_expect_column_values_to_be_between_three_wrong_amount__0")
    return home.dbt("build", "--store-failures", "--full-refresh", *selected, *hidden)


@pytest.fixture(scope="module")
def fast(home: Home, flagged: Run) -> Run:
    """Bad rows with --fail-fast."""
    assert flagged.ended.exit_code == 1
    return home.dbt("build", "--fail-fast", "--threads", "1", "--select", "broken", "child", "three_wrong", "two_wrong")


@pytest.fixture(scope="module")
def retried(home: Home, fast: Run) -> Run:
    """`dbt retry` after the rows were mended."""
    assert fast.ended.exit_code == 1
    home.write_rows({})
    return home.dbt("retry")


@pytest.fixture(scope="module")
def empty(home: Home, retried: Run) -> Run:
    """A developer's target, on bad rows, with --empty: nothing is measured, so bad tables are there for `dbt test`."""
    assert retried.ended.exit_code == 0, retried.said
    home.write_rows(BAD_ROWS)
    tested = ("broken", "told", "warned", "three_wrong", "crooked")
    return home.dbt("run", "--empty", "--target", "dev", "--select", *tested)


@pytest.fixture(scope="module")
def bare(home: Home, empty: Run) -> Run:
    """A bare `dbt test` on tables that are wrong."""
    assert empty.ended.exit_code == 0, empty.said
    tested = ("broken", "told", "warned", "crooked")
    return home.dbt("test", "--target", "dev", "--threads", "1", "--select", *tested)


@pytest.mark.dbt1
def test_good_rows_pass_and_no_gated_test_sends_a_statement(good: Run) -> None:
    assert good.ended.exit_code == 0, good.said
    sent = {name.split(".")[0] for name in good.statements("test")}
    measured_later = {"relationships_orphaned_amount__amount__ref_chosen_"}
    others = {"elsewhere_at_least_packaged_amount__0", "our_own_owned_amount__0", "unique_redefined_kind"}
    ungated = {"nothing_is_negative", "not_null_fleeting_amount"} | measured_later | others
    assert sent == ungated | {"ribbon_expect_column_values_to_be_between_stored_amount__0"}


@pytest.mark.parametrize(
    "model",
    ["broken", "three_wrong", "calculated", "stored", "told", "masked", "linked"],
)
def test_a_model_that_fails_keeps_its_last_good_table(home: Home, bad: Run, model: str) -> None:
    assert bad.status(model) == "error"
    assert "was not replaced" in bad.told(model)
    assert home.rows(f"warehouse.{model}") == 1


def test_what_reads_a_failed_model_is_skipped(bad: Run) -> None:
    assert bad.status("child") == "skipped"
    assert bad.test("broken")["status"] == "skipped"


@pytest.mark.parametrize(("model", "rows"), [("warned", 2), ("two_wrong", 3), ("limited", 3)])
def test_amber_publishes(home: Home, bad: Run, model: str, rows: int) -> None:
    assert bad.status(model) == "success"
    assert bad.test(model)["status"] == "warn"
    assert home.rows(f"warehouse.{model}") == rows


def test_a_limit_stops_counting(bad: Run) -> None:
    assert bad.test("limited")["failures"] == 1


def test_where_picks_the_rows_that_are_judged(home: Home, bad: Run) -> None:
    assert bad.status("ribbon_expect_column_values_to_be_between_chosen_amount__0") == "pass"
    assert home.rows("warehouse.chosen") == 2


def test_fail_calc_counts_failures_in_its_own_way(recorded: dict[str, dict[str, Any]]) -> None:
    assert recorded["calculated"]["failures"] == 10


@pytest.mark.parametrize(("model", "rows", "failures"), [("packaged", 3, 2), ("owned", 2, 1), ("redefined", 5, 1)])
def test_tests_of_others_are_left_to_dbt_after_the_build(
    home: Home, bad: Run, recorded: dict[str, dict[str, Any]], model: str, rows: int, failures: int
) -> None:
    assert bad.status(model) == "success"
    assert home.rows(f"warehouse.{model}") == rows
    assert (bad.test(model)["status"], bad.test(model)["failures"]) == ("fail", failures)
    assert (recorded[model]["status"], recorded[model]["gated"]) == ("fail", False)


def test_variables_are_arguments(bad: Run) -> None:
    assert "accepted_values(column=kind, values=['a', 'b']): 1 of 3 rows" in bad.told("told")
    assert "(column=amount, max_value=50, min_value=-9): 1 of 3 rows" in bad.told("told")


def test_a_message_shows_the_failing_rows_without_what_is_restricted(bad: Run) -> None:
    assert "amount=-1, id=2, kind=a, email=None" in bad.told("broken")
    assert "email=***, id=2, amount=1, kind=a" in bad.told("masked")
    assert "nobody" not in bad.said
    assert "bob@" not in bad.said


def test_only_enabled_false_switches_an_expectation_off(home: Home, bad: Run, flagged: Run) -> None:
    assert bad.status("switched_off") == "success"
    assert home.rows("warehouse.switched_off") == 2
    assert not [name for name in flagged.nodes if "three_wrong_" in name]
    assert flagged.status("three_wrong") == "error"


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        ("orphaned", "it reads a relation that may be built later"),
        ("packaged", "it has no measure"),
        ("owned", "it has no measure"),
        ("redefined", "it has no measure"),
        ("fleeting", "the materialization ephemeral is not gated"),
        ("switched_off", "singular tests are not gated"),
    ],
)
def test_what_has_no_gate_is_recorded_with_the_reason(
    recorded: dict[str, dict[str, Any]], node: str, reason: str
) -> None:
    assert recorded[node]["gated"] is False
    assert recorded[node]["status"] == "fail"
    assert recorded[node]["reason"] == reason


@pytest.mark.usefixtures("flagged")
def test_failing_rows_of_a_refused_model_are_stored_without_what_is_restricted(home: Home) -> None:
    stored = "dbt_test__audit.ribbon_expect_column_values_to_be_between_stored_amount__0"
    rows = home.workshop.query(f"select id, amount, kind, email from {stored} order by id")
    assert rows == [(2, -1, "a", None), (3, -2, "b", None)]


def test_store_failures_as_a_flag_stores_the_rows_of_all_tests(home: Home, flagged: Run) -> None:
    audit = "dbt_test__audit.ribbon_expect_column_values_to_be_between"
    assert flagged.status("broken") == "error"
    assert home.workshop.query(f"select id from {audit}_broken_amount__0 order by id") == [(2,), (3,)]
    assert flagged.test("warned")["status"] == "warn"
    assert home.workshop.query(f"select id from {audit}_warned_amount__0") == [(2,)]


def test_a_full_refresh_keeps_the_last_good_table_too(home: Home, flagged: Run) -> None:
    assert flagged.status("broken") == "error"
    assert home.rows("warehouse.broken") == 1


@pytest.mark.dbt1
def test_fail_fast_stops_at_the_first_model_that_fails(fast: Run) -> None:
    assert fast.ended.exit_code == 1
    assert fast.status("broken") == "error"
    ran = {name for name, node in fast.nodes.items() if node["status"] in {"error", "success"}}
    assert ran - HOOKS == {"broken"}
    assert fast.status("three_wrong") == "skipped"


def test_retry_builds_what_failed_and_what_was_skipped(retried: Run) -> None:
    assert retried.ended.exit_code == 0, retried.said
    assert {name for name in retried.nodes if name in PLAIN} == {"broken", "three_wrong", "two_wrong"}
    assert retried.status("child") == "success"
    assert retried.test("broken")["status"] == "pass"


@pytest.mark.usefixtures("empty")
def test_a_deferred_parent_is_what_a_relationship_is_held_against(home: Home) -> None:
    deferred = ("--defer", "--state", "state", "--target", "dev", "--select", "linked")

    ended = home.dbt("build", *deferred)

    assert 'relationships(column=amount, field=amount, to="build"."warehouse"."chosen"): 1 of 2 rows' in ended.told(
        "linked"
    )
    home.write_rows({})
    assert home.dbt("build", *deferred).ended.exit_code == 0
    home.write_rows(BAD_ROWS)


@pytest.mark.usefixtures("empty")
def test_one_test_apart_from_its_model_is_measured_alone(home: Home) -> None:
    name = "ribbon_expect_column_values_to_be_between_broken_amount__0"

    alone = home.dbt("test", "--target", "dev", "--select", name)

    assert alone.nodes[name]["status"] == "fail"
    assert alone.nodes[name]["failures"] == 2
    assert [test for test in alone.nodes if test in name] == [name]


@pytest.mark.parametrize("flag", ["--empty", "--sample=1 day"])
def test_missing_rows_are_not_measured_and_that_is_said_once(home: Home, empty: Run, flag: str) -> None:
    sampled = (
        empty if flag == "--empty" else home.dbt("run", flag, "--target", "dev", "--select", "broken", "three_wrong")
    )

    assert sampled.ended.exit_code == 0, sampled.said
    count = sampled.said.count(f"The gate does not measure under {flag.split('=', maxsplit=1)[0]}:")
    # Nodes that dbt 2 starts at the same moment may each say it.
    assert count == 1 or (home.workshop.other_dbt and count > 1)
    assert "with read_0" not in sampled.log


def test_a_bare_test_run_reports_a_wrong_table_by_the_right_tests(bare: Run) -> None:
    assert bare.test("broken")["status"] == "fail"
    assert bare.test("warned")["status"] == "warn"
    assert {name: node["status"] for name, node in bare.nodes.items() if "_told_" in name} == {
        "accepted_values_told_kind___var_kinds_": "fail",
        "ribbon_expect_column_values_to_be_between_told_amount__var_most____9": "fail",
    }


@pytest.mark.dbt1
def test_a_bare_test_run_measures_each_model_once(bare: Run) -> None:
    assert bare.log.count('from "build"."dev_warehouse"."told"\n)') == 1
    assert bare.log.count(") as read_0") == 4


@pytest.mark.dbt1
def test_a_wrong_contract_fails_by_itself_and_not_its_neighbours(bare: Run) -> None:
    statuses = {name: node["status"] for name, node in bare.nodes.items() if "_crooked_" in name}
    assert statuses == {
        "ribbon_expect_column_values_to_be_between_crooked_absent__0": "error",
        "ribbon_expect_column_values_to_be_between_crooked_id__0": "error",
        "not_null_crooked_id": "pass",
        "not_null_crooked_amount": "error",
        "ribbon_expect_column_values_to_be_between_crooked_amount__0": "pass",
    }


@pytest.mark.usefixtures("empty")
def test_a_wrong_contract_is_told_with_file_thing_and_remedy(home: Home) -> None:
    faulty = home.dbt("run", "--target", "dev", "--select", *CROOKED[:3])

    file = "expectations/warehouse/crooked/crooked.yml"
    between = "expect_column_values_to_be_between"
    assert (
        f"{file}: {between} on columnless: there is no column absent. Use one of id, amount, kind, email."
        in faulty.said
    )
    assert (
        f"{file}: not_null on reactionless: unknown value shout for on_unexpected. Use fail, warn or quarantine."
        in faulty.said
    )
    assert f"{file}: {between} on argumentative: unknown argument minimum. Use one of column, min_value" in faulty.said


@pytest.mark.usefixtures("empty")
@pytest.mark.dbt1
def test_the_second_of_two_runs_says_so_and_stops(home: Home) -> None:
    first = home.workshop.start("dbt", "run", "--target", "dev", "--select", "slow", *VARS)
    try:
        assert first.stdout is not None
        assert any("START sql table model dev_warehouse.slow" in line for line in first.stdout)
        second = home.workshop.dbt("run", "--select", "broken", *VARS)
    finally:
        first.kill()
        first.wait()

    assert second.exit_code != 0
    assert "Conflicting lock is held" in second.out
    assert f"PID {first.pid}" in second.out
