"""What the materializations for BigQuery do, step by step: until a suite runs them on an emulator, calls are held.

`tests/golden/bigquery/<materialization>.txt` holds situations and the steps of each. What a step calls is dbt's or the
adapter's own, and is not run.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, NoReturn

import jinja2
import pytest

from tests.conftest import REPOSITORY

GOLDEN = REPOSITORY / "tests/golden/bigquery"
MATERIALIZATIONS = REPOSITORY / "macros/ribbon/materializations"
SOURCES = [path for path in sorted(MATERIALIZATIONS.glob("*.sql")) if path.stem not in {"on_duckdb", "test"}]


@dataclass(frozen=True)
class Relation:
    """A relation as macros see it, in SQL its identifier; steps say its type where it is no table."""

    identifier: str = "orders"
    type: str = "table"
    database: str = "shop"
    schema: str = "warehouse"

    @property
    def is_table(self) -> bool:
        return self.type == "table"

    @property
    def is_view(self) -> bool:
        return self.type == "view"

    def incorporate(self, path: Mapping[str, str] | None = None, **changes: str) -> "Relation":
        return replace(self, **(path or {}), **changes)

    def render(self) -> str:
        return self.identifier

    def __str__(self) -> str:
        return self.identifier

    def __repr__(self) -> str:
        return self.identifier if self.is_table else f"{self.type} {self.identifier}"


class Said(SimpleNamespace):
    """An object of dbt's of which only some parts matter, said by its name."""

    def __repr__(self) -> str:
        return str(self.name)


class Model(dict[str, Any]):
    """The node, said as what it is."""

    def __repr__(self) -> str:
        return "model"


class Given(Exception):  # noqa: N818 - it is how macros return
    """What a macro gives back."""


class Stopped(Exception):  # noqa: N818 - as above
    """The error that ends a materialization."""


class Stage:
    """Where a materialization runs: it knows what calls answer, and writes down those that do something.

    answers: by the name of the call; such calls only look something up.
    """

    def __init__(self, answers: Mapping[str, Any], config: Mapping[str, Any], names: Mapping[str, Any]) -> None:
        from dbt_common.clients.jinja import get_environment

        self.steps: list[str] = []
        self.answers = answers
        call = self.call

        class Other(jinja2.Undefined):
            def __getattr__(self, name: str) -> NoReturn:
                raise AttributeError(name)

            def __call__(self, *values: Any, **named: Any) -> Any:
                return call(str(self._undefined_name), *values, **named)

        environment = get_environment()
        environment.undefined, environment.template_class = Other, jinja2.Template
        texts = [path.read_text().replace("ribbon.", "") for path in SOURCES]
        methods = {name for text in texts for name in re.findall(r"adapter\.(\w+)\(", text)} - {"dispatch"}
        self.names: dict[str, Any] = {
            **environment.globals,
            "adapter": SimpleNamespace(
                dispatch=self.dispatch, **{name: self.method(f"adapter.{name}") for name in methods}
            ),
            "api": SimpleNamespace(Relation=SimpleNamespace(create=Relation)),
            "compiled_code": "SQL",
            "config": SimpleNamespace(get=lambda name, default=None: config.get(name, default)),
            "database": "shop",
            "exceptions": SimpleNamespace(raise_compiler_error=self.stop, relation_wrong_type=self.stop),
            "flags": SimpleNamespace(EMPTY=False),
            "identifier": "orders",
            "model": Model(alias="orders", language="sql", config={"delimiter": ";"}, compiled_code="SQL"),
            "modules": SimpleNamespace(re=re),
            "post_hooks": "after",
            "pre_hooks": "before",
            "return": self.give,
            "run_query": self.query,
            "schema": "warehouse",
            "sql": "SQL",
            "statement": self.statement,
            "this": Relation(),
            **names,
        }
        for text in texts:
            module = environment.from_string(text).make_module(self.names, shared=True)
            for name, macro in vars(module).items():
                if name.startswith("dbt_macro__"):
                    self.names[name.removeprefix("dbt_macro__")] = self.returning(macro)

    def run(self, materialization: str) -> list[str]:
        try:
            returned = self.names[f"materialize_{materialization}"]()
        except Stopped as error:
            return [*self.steps, f"error: {error}"]
        return [*self.steps, f"returns {', '.join(map(repr, returned['relations']))}"]

    def call(self, name: str, *values: Any, caller: object = None, **named: Any) -> Any:  # noqa: ARG002 - of a block
        said = f"{name}({', '.join([*map(_said, values), *(f'{key}={_said(each)}' for key, each in named.items())])})"
        if name in self.answers:
            answer = self.answers[name]
            return said if answer is None else answer() if callable(answer) else answer
        self.steps.append(" ".join(said.split()))
        return ""

    def dispatch(self, name: str, _: str) -> Callable[..., Any]:
        answers = (self.names.get(f"{engine}__{name}") for engine in ("bigquery", "default"))
        return next((each for each in answers if each), self.method(name))

    def method(self, name: str) -> Callable[..., Any]:
        return lambda *values, **named: self.call(name, *values, **named)

    def statement(self, name: str, caller: Callable[[], str], **_: Any) -> str:
        self.steps.append(f"statement {name}: {' '.join(caller().split())}")
        return ""

    def query(self, sql: str) -> Any:
        self.call("run_query", sql)
        return SimpleNamespace(columns=[{"day": "2026-01-02"}])

    def returning(self, macro: Callable[..., str]) -> Callable[..., Any]:
        def run(*values: Any, **named: Any) -> Any:
            try:
                return macro(*values, **named)
            except Given as given:
                return given.args[0]

        return run

    def give(self, value: Any) -> NoReturn:
        raise Given(value)

    def stop(self, *said: Any) -> NoReturn:
        raise Stopped(" ".join(" ".join(map(str, said)).split()))


def _said(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


MAKES_SQL = dict.fromkeys(
    (
        "bq_create_table_as",
        "bq_generate_incremental_build_sql",
        "build_snapshot_table",
        "create_table_as",
        "get_create_view_as_sql",
        "snapshot_merge_sql",
        "snapshot_staging_table",
    )
)
BY_DAY = Said(name="by day", copy_partitions=False, time_ingestion_partitioning=False, render_wrapped=lambda: "day")
BY_INGESTION = Said(name="by ingestion", copy_partitions=False, time_ingestion_partitioning=True)
LOOKED_UP = {
    **MAKES_SQL,
    "adapter.get_columns_in_relation": [Said(name="id"), Said(name="dbt_change_type")],
    "adapter.get_missing_columns": [],
    "adapter.get_table_options": {},
    "adapter.is_replaceable": True,
    "adapter.parse_partition_by": BY_DAY,
    "adapter.quote": None,
    "build_snapshot_staging_table": Relation("staged"),
    "check_time_data_types": "",
    "dbt_bigquery_validate_get_incremental_strategy": "merge",
    "get_snapshot_table_column_names": "names",
    "incremental_validate_on_schema_change": "ignore",
    "load_agate_table": Said(name="rows", rows=[1, 2]),
    "load_cached_relation": lambda: None,
    "make_temp_relation": Relation("arriving"),
    "should_full_refresh": False,
    "should_revoke": None,
    "strategy_dispatch": lambda: lambda *_: Said(name="strategy", unique_key=["id", "day"]),
}
TABLE, VIEW = Relation(), Relation(type="view")
BATCH = SimpleNamespace(event_time_start="2026-01-02 03:00:00")


@dataclass(frozen=True)
class Situation:
    """What a materialization finds."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)


def there(relation: Relation, **answers: Any) -> dict[str, Any]:
    """Answers where a relation of this name is there."""
    return {"load_cached_relation": relation} | {name.replace("__", "."): answer for name, answer in answers.items()}


SITUATIONS = {
    "table": {
        "nothing is there": Situation(),
        "a table is there": Situation(there(TABLE, adapter__get_table_options={"labels": "[]", "expires": "1"})),
        "a view is there": Situation(there(VIEW)),
        "a table with other partitions is there": Situation(there(TABLE, adapter__is_replaceable=False)),
        "readers need a filter": Situation(config={"require_partition_filter": True, "partition_by": {"field": "day"}}),
    },
    "view": {
        "nothing is there": Situation(),
        "a view is there": Situation(there(VIEW)),
        "a table is there": Situation(there(TABLE)),
        "a table is there, and all is built anew": Situation(there(TABLE, should_full_refresh=True)),
        "others may read it": Situation(config={"grant_access_to": ["one", "other"], "grants": "select"}),
    },
    "incremental": {
        "nothing is there": Situation(),
        "a view is there": Situation(there(VIEW)),
        "a table is there, and all is built anew": Situation(there(TABLE, should_full_refresh=True)),
        "a table is there": Situation(there(TABLE)),
        "a table by the time of ingestion is there": Situation(
            there(
                TABLE,
                adapter__parse_partition_by=BY_INGESTION,
                **{"adapter.add_time_ingestion_partition_column": "id, _PARTITIONTIME"},
            )
        ),
        "a batch of several": Situation(
            there(TABLE, dbt_bigquery_validate_get_incremental_strategy="microbatch"),
            {"incremental_strategy": "microbatch"},
            {"model": Model(alias="orders", language="sql", batch=BATCH)},
        ),
        "partitions are to be copied, which merging cannot": Situation(
            there(TABLE, adapter__parse_partition_by=SimpleNamespace(copy_partitions=True))
        ),
        "partitions are to be overwritten from Python": Situation(
            there(TABLE, dbt_bigquery_validate_get_incremental_strategy="insert_overwrite"),
            names={"model": Model(alias="orders", language="python")},
        ),
    },
    "seed": {
        "nothing is there": Situation(),
        "a table is there": Situation(there(TABLE)),
        "a table is there, and all is built anew": Situation(there(TABLE, should_full_refresh=True)),
        "a view is there": Situation(there(VIEW)),
        "nothing is there, and no row is wanted": Situation(names={"flags": SimpleNamespace(EMPTY=True)}),
        "a table is there, and no row is wanted": Situation(there(TABLE), names={"flags": SimpleNamespace(EMPTY=True)}),
    },
    "snapshot": {
        "nothing is there": Situation(),
        "a history is there": Situation(
            there(
                TABLE,
                adapter__get_missing_columns=[Said(name="new"), Said(name="DBT_UNIQUE_KEY")],
            )
        ),
        "a history of a key of two columns is there": Situation(
            there(TABLE, adapter__get_missing_columns=[Said(name=f"dbt_unique_key_{n}") for n in (1, 2, 3)]),
            {"unique_key": ["id", "day"]},
        ),
        "a view is there": Situation(there(VIEW)),
    },
}


@pytest.mark.parametrize("materialization", SITUATIONS)
def test_a_materialization_takes_these_steps(materialization: str) -> None:
    """After a change that is meant, the file is what this test got."""
    played = [
        "\n".join([f"# {title}", *Stage({**LOOKED_UP, **at.answers}, at.config, at.names).run(materialization), ""])
        for title, at in SITUATIONS[materialization].items()
    ]

    assert "\n".join(played) == (GOLDEN / f"{materialization}.txt").read_text()
