"""The planted project is whole: what its cases say of the models, the log, the history and the deliveries is so."""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlglot import exp, parse_one

from ribbon.model import ProposalKind
from tests.conftest import Workshop
from tests.evolve.planting import PLANTED, cases, deliver_drift, deliveries, planted_manifest, planted_models

LEAST = {"extract": 8, "agree": 5, "add-mart": 3, "retire": 4, "promise": 3, "follow": 4, "mend": 3, "simplify": 4}
NEW = ("transactions.payment_type", "demographics.household_makeup", "products.pack_colour", "loyalty_tiers")
WITH_PIECES = [case for case in cases() if "pieces" in case]


def test_every_kind_is_planted_and_has_near_misses() -> None:
    found = Counter((case["kind"], case["planted"]) for case in cases())

    assert set(LEAST) == {kind.value for kind in ProposalKind}
    assert {kind: count for kind, count in LEAST.items() if found[kind, True] < count or not found[kind, False]} == {}
    assert sum(count for (_, planted), count in found.items() if planted) >= 32
    assert sum(count for (_, planted), count in found.items() if not planted) >= 32


def test_a_case_has_a_name_of_its_own_and_says_why() -> None:
    names = [case["id"] for case in cases()]

    assert len(set(names)) == len(names)
    assert [name for name in names if re.search(r"-[0-9a-f]{6}$", name)] == []
    assert [case["id"] for case in cases() if not (case["what"].strip() and case["why"].strip())] == []
    assert [case["id"] for case in cases() if case["planted"] == case["id"].startswith("near-")] == []


def test_no_pair_of_models_is_planted_and_a_near_miss_of_one_kind() -> None:
    subjects = {
        flag: {(case["kind"], *sorted(case["subject"])) for case in cases() if case["planted"] is flag}
        for flag in (True, False)
    }

    both = subjects[True] & subjects[False]
    assert {kind for kind, *_ in both} <= {"follow"}, "only deliveries tell two cases of one subject apart"


def test_a_case_names_what_there_is(planted: Workshop) -> None:
    there = _there(planted) | {
        f"complete_journey.{new}"
        for new in (
            "transactions.payment_type",
            "demographics.household_makeup",
            "products.pack_colour",
            "loyalty_tiers",
        )
    }

    assert {case["id"]: missing for case in cases() if (missing := set(case["subject"]) - there)} == {}


def _there(workshop: Workshop) -> set[str]:
    """Models and seeds, sources as system.table, and the columns of both."""
    manifest = planted_manifest(workshop.target)
    there = set()
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        if node["resource_type"] in ("model", "seed", "source"):
            name = f"{node['source_name']}.{node['name']}" if node["resource_type"] == "source" else node["name"]
            there |= {name, *(f"{name}.{column}" for column in node["columns"])}
    return there


def test_what_the_teams_wrote_was_built(planted: Workshop) -> None:
    built = {name for (name,) in planted.query("select table_name from information_schema.tables")}

    assert set(planted_models()) <= built
    assert len(planted_models()) > 40
    empty = [
        name
        for schema, name in planted.query("select table_schema, table_name from information_schema.tables")
        if name in planted_models() and not planted.value(f'select count(*) from "{schema}"."{name}"')
    ]
    assert empty == []


@pytest.mark.parametrize("case", WITH_PIECES, ids=[case["id"] for case in WITH_PIECES])
def test_pieces_give_the_same_rows_where_they_are_planted_and_other_rows_where_they_are_near(
    case: dict[str, Any], planted: Workshop
) -> None:
    first, *others = (_piece(planted, model, piece) for model, piece in case["pieces"].items())

    assert set(case["pieces"]) == set(case["subject"])
    for other in others:
        differ = planted.value(
            f"select count(*) from ((({first}) except all ({other})) union all (({other}) except all ({first})))"
        )
        assert (differ == 0) is case["planted"], f"{differ} rows differ"


def _piece(workshop: Workshop, model: str, piece: str) -> str:
    """SQL of the columns of one CTE or derived table of a model, which may read the CTEs before it."""
    alias, columns = piece.split(": ")
    nodes = planted_manifest(workshop.target)["nodes"]
    tree = parse_one(nodes[f"model.grocery.{model}"]["compiled_code"], dialect="duckdb")
    found = [each for each in tree.find_all(exp.CTE, exp.Subquery) if each.alias.lower() == alias]
    assert len(found) == 1, f"{model} has {len(found)} of {alias}"
    before = ", ".join(cte.sql("duckdb") for cte in tree.find_all(exp.CTE))
    return f"{f'with {before} ' if before else ''}select {columns} from ({found[0].this.sql('duckdb')}) as piece"


def test_the_log_is_understood(planted: Workshop) -> None:
    told = planted.ribbon("usage", "ls", "--json").json

    rows = sum(told["readings"].values())
    assert told["readings"]["understood"] / rows >= 0.95, told["reasons"]
    assert told["totals"]["first"][:10] < "2025-11-08"
    assert told["totals"]["last"][:10] > "2026-10-24"


def test_the_history_is_of_tests_that_there_are(planted: Workshop) -> None:
    tests = planted_manifest(planted.target)["nodes"]
    with (PLANTED / "history/expectation_results.csv").open(newline="") as file:
        told = {row["test_id"] for row in csv.DictReader(file)}

    assert told
    assert told <= set(tests)
    assert (
        planted.value("select count(distinct measured_at) from ribbon.column_profiles where measured_at < '2026-11-01'")
        == 52
    )


def test_each_delivery_is_a_case_and_can_be_written(sample: Path, tmp_path: Path) -> None:
    told = {case["id"] for case in cases() if case["kind"] == "follow"}
    for delivery in deliveries():
        file = deliver_drift(delivery["case"], sample, tmp_path)
        with duckdb.connect() as connection:
            (rows,) = connection.execute(f"select count(*) from '{file}'").fetchone() or (0,)
        assert delivery["case"] in told
        assert rows > 0, delivery["case"]
