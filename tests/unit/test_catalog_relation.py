"""The page of a relation: what artifacts, lineage, runs and query logs say of it, put together."""

from dataclasses import fields
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from ribbon.catalog.facts.column_lineage import ColumnLineage
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.history import History, read_history
from ribbon.catalog.facts.usage import QueryUsage
from ribbon.catalog.load.groups import use_case_views
from ribbon.catalog.load.relation import relation_view
from ribbon.catalog.pages.summary import Summary, use_case_summary
from ribbon.catalog.views import ChangeView, ColumnEdge, ColumnView, DocumentedRelation, Link, RelationView, UseCaseView
from ribbon.config import ProjectPaths
from ribbon.lineage import load_lineage
from ribbon.project import read_project
from ribbon.usage import Options, import_usage, known_project, load_usage, read_logs
from ribbon.verdict import judge
from tests.build_file import NOW, TODAY, BuildFile
from tests.manifests import column, data_test, model, source, write_manifest

RAW, ORDERS, DAILY = "source.shop.raw.orders", "model.shop.orders", "model.shop.daily"
SQL = "select id, net, email from db.raw.orders where kind = 1"
SECRET = column("Email", description="Of the buyer.", config={"meta": {"restricted": True}})

NOT_NULL = data_test("not_null", "orders", "ID")
SECRETS = data_test("accepted_values", "orders", "email", arguments={"values": ["a"]})
GRAIN = data_test("expect_grain", "orders", arguments={"columns": ["id"]})
OF_SOME = data_test("unique", "orders", "net", config={"where": "net > 0"})
ELSEWHERE = data_test("unique", "orders", "gone")
POSITIVE = data_test("positive", "daily", "net")
NODES = [
    source("raw", "orders", columns=column("id") | column("net") | column("email") | column("kind")),
    model("orders", SQL, folder="warehouse/sales", parents=[RAW], columns=column("id", "int") | SECRET),
    model("daily", "select sum(net) as net from db.main.orders", folder="mart/board", parents=[ORDERS]),
    *(NOT_NULL, SECRETS, GRAIN, OF_SOME, ELSEWHERE, POSITIVE),
]


class Facts:
    """All facts of a small shop in a folder, each from where it is kept."""

    def __init__(self, folder: Path) -> None:
        self.build = BuildFile(folder / "data")
        self._project = ProjectPaths(folder, folder / "data")
        self._target = write_manifest(folder / "target", NODES)
        self._graph = load_lineage(folder, self._target, workers=1)
        self.documented: Documents = Documents(read_project(self._project, self._target), self._graph)
        self.traced: ColumnLineage = ColumnLineage(self._graph)

    @property
    def measured(self) -> History:
        self.build.close()
        nodes = {uid: node.project for uid, node in self._graph.nodes.items()}
        return read_history(self._project, self._target, nodes, self.documented.tested, TODAY)

    @property
    def used(self) -> QueryUsage:
        return QueryUsage(load_usage(self._project))

    def ask(self, *texts: str) -> None:
        log = self._project.project_dir / "log.csv"
        log.write_text("who,when,sql,seconds\n" + "".join(f'ann,2026-01-02T03:04:05Z,"{text}",1\n' for text in texts))
        known = known_project(self._project.project_dir, self._target, None)
        import_usage(self._project, known, read_logs([log], Options()), Options(), lambda _done, _total: None)

    @property
    def use_case(self) -> UseCaseView:
        project, measured = read_project(self._project, self._target), self.measured
        verdicts = judge(project, measured.evidence, NOW.astimezone(UTC), measured.loads)
        (found,) = use_case_views(self.documented, measured, verdicts)
        return found

    def page(self, uid: str = ORDERS, *changes: ChangeView) -> RelationView:
        return relation_view(uid, self.documented, self.traced, self.measured, self.used, changes)


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    return Facts(tmp_path)


def _column(view: RelationView, name: str) -> ColumnView:
    return next(each for each in view.columns if each.name == name)


def test_what_is_documented_is_on_the_page_under_the_same_names(facts: Facts) -> None:
    view, record = facts.page(), facts.documented.relation(ORDERS)
    shared = {each.name for each in fields(DocumentedRelation)} - {"columns"}
    assert {name: getattr(view, name) for name in shared} == {name: getattr(record, name) for name in shared}
    assert (view.grain, view.sql, view.complete) == (("id",), SQL, True)


def test_columns_carry_their_lineage_and_the_relation_what_decides_its_rows(facts: Facts) -> None:
    view = facts.page()
    net = _column(view, "net")
    assert (net.kind, net.made_from) == ("copied", (ColumnEdge(RAW, "net", "copied"),))
    assert [(edge.relation, edge.kind) for edge in net.feeds] == [(DAILY, "aggregated")]
    assert [(row.column, row.role) for row in view.rows_by] == [("kind", "filtered by")]
    assert view.upstream == (Link(RAW, "lake.orders", "lake", "lake.orders"),)
    assert [link.label for link in view.downstream] == ["mart.daily"]


def test_promises_stand_with_their_column_whatever_its_case(facts: Facts) -> None:
    view = facts.page()
    assert [each.expectation for each in _column(view, "id").promises] == ["not_null"]
    assert [each.expectation for each in view.promises] == ["expect_grain", "unique"], "a column that is gone has none"
    assert len(view.all_promises) == 5


def test_a_column_of_the_grain_or_one_that_is_unique_in_all_rows_is_a_key(facts: Facts) -> None:
    assert [each.name for each in facts.page().columns if each.key] == ["id"]


def test_promises_tell_whether_they_were_kept_and_runs_how_they_went(facts: Facts) -> None:
    run = facts.build.run(1)
    facts.build.verdict(run, 1, NOT_NULL["unique_id"], "fail", node=ORDERS, elements=9, unexpected=2, gated=False)
    facts.build.node(run, 1, ORDERS)
    facts.build.profile(run, 1, ORDERS, "id", 9, 2, distinct=7, smallest="1", largest="9")
    view = facts.page()
    (promise,) = _column(view, "id").promises
    assert (promise.status, promise.gated, promise.history[0].unexpected) == ("fail", False, 2)
    assert [each.status for each in view.promises] == ["never", "never"]
    assert (view.row_count, view.row_counts, [each.status for each in view.runs]) == (9, (9,), ["success"])
    profile = _column(view, "id").profile
    assert profile is not None
    assert (profile.nulls, profile.largest) == (2, "9")


def test_no_value_of_a_restricted_column_is_shown(facts: Facts) -> None:
    run = facts.build.run(1)
    told: dict[str, Any] = {"node": ORDERS, "column": "email", "observed": "ann@example.com", "elements": 1}
    facts.build.verdict(run, 1, SECRETS["unique_id"], "fail", message="got ann@example.com", **told)
    top = '[{"value": "ann@example.com", "rows": 12}]'
    facts.build.profile(run, 1, ORDERS, "email", 9, 2, smallest="ann@example.com", largest="zoe@example.com", top=top)
    view = facts.page()
    assert _column(view, "email").restricted
    assert "example.com" not in repr(view)


def test_people_and_what_they_ask_of_a_column_are_told(facts: Facts) -> None:
    facts.ask("select net from db.main.orders where id = 3", "select net from db.main.orders")
    view = facts.page()
    assert view.usage is not None
    assert [(person.who, person.queries) for person in view.usage.people] == [("ann", 2)]
    assert (_column(view, "net").queried, _column(view, "id").queried) == ((("selected", 2),), (("filtered", 1),))


def test_changes_are_as_they_are_handed_in(facts: Facts) -> None:
    changes = (ChangeView(NOW, "the SQL changed"), ChangeView(NOW, "it is new"))
    assert facts.page(ORDERS, *changes).changes == changes


def test_a_source_that_nothing_was_measured_of_has_a_page(facts: Facts) -> None:
    view = facts.page(RAW)
    assert (view.row_count, view.runs, view.usage, view.upstream, view.sql) == (None, (), None, (), "")
    assert [edge.relation for edge in _column(view, "email").feeds] == [ORDERS]


def test_a_use_case_tells_how_many_promises_of_its_marts_were_kept(facts: Facts) -> None:
    run = facts.build.run(1)
    facts.build.verdict(run, 1, POSITIVE["unique_id"], "warn", node=DAILY)
    use_case = facts.use_case
    assert (use_case.name, use_case.met, use_case.warned, use_case.broken, use_case.unmeasured) == ("board", 0, 1, 0, 0)
    assert use_case_summary(use_case) == Summary("warn", "mart.daily: 1 of 1 promise with a warning")


def test_a_promise_that_was_never_measured_is_neither_kept_nor_broken(facts: Facts) -> None:
    use_case = facts.use_case
    assert (use_case.met, use_case.broken, use_case.unmeasured) == (0, 0, 1)
