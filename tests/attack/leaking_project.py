"""A project whose restricted columns hold canaries, and where everything can be made to fail that shows a value.

Sources, a warehouse and a mart; contracts mark the columns of the sources alone, so that models are marked by lineage.
Texts begin with `c4n4ry`, numbers with 73115, dates are of July 1931: none of these stands in any file of the project.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from tests.conftest import Ended, Workshop, new_mini, write_files, write_parquet

CANARY = re.compile(rb"(?i)c4n4ry[\w@.-]*|73115\d\d*|1931-07-\d\d|1931, 7, \d+")

LAKE = "expectations/lake/hr.yml"
RESTRICTED = "config: {meta: {restricted: true}}"
OURS = """
          - {name: _batch_id, data_type: string}
          - {name: _loaded_at, data_type: timestamp}
          - {name: _source_file, data_type: string}"""
SOURCES = f"""
sources:
  - name: hr
    schema: lake
    config: {{meta: {{from: files}}}}
    tables:
      - name: people
        config: {{meta: {{delivery: append, file: "people*.parquet"}}}}
        data_tests: [ARRIVING]
        columns:
          - {{name: id, data_type: bigint}}
          - {{name: name, data_type: string}}
          - {{name: email, data_type: string, {RESTRICTED}, data_tests: [OF_EMAIL]}}
          - {{name: salary, data_type: bigint, {RESTRICTED}, data_tests: [OF_SALARY]}}
          - {{name: born, data_type: date, {RESTRICTED}, data_tests: [OF_BORN]}}
          - {{name: home, data_type: "struct(street varchar, number bigint)", {RESTRICTED}}}{OURS}
      - name: visitors
        config: {{meta: {{delivery: append, file: "visitors*.csv"}}}}
        columns:
          - {{name: id, data_type: bigint}}
          - {{name: email, data_type: string, {RESTRICTED}}}
          - {{name: salary, data_type: bigint, {RESTRICTED}}}
          - {{name: born, data_type: date, {RESTRICTED}}}{OURS}
      - name: badges
        config: {{meta: {{delivery: append, file: "badges*.jsonl", max_misfits: 0.9}}}}
        columns:
          - {{name: id, data_type: bigint}}
          - {{name: email, data_type: string, {RESTRICTED}}}
          - {{name: salary, data_type: bigint, {RESTRICTED}}}{OURS}
      - name: callers
        config: {{meta: {{delivery: append, from: "python:callers.py:callers"}}}}
        columns:
          - {{name: id, data_type: bigint}}
          - {{name: email, data_type: string, {RESTRICTED}}}{OURS}
"""
CALLERS = """import pyarrow as pa


def callers():
    yield pa.table({"id": [1], "email": ["c4n4ry-caller@x.org"]})
"""
# What the door asks of each delivery: about one column and about several.
DOOR = {
    "ARRIVING": """
          - ribbon.expect_column_pair_values_to_be_equal: {arguments: {column_A: email, column_B: name}}
          - ribbon.expect_column_pair_values_a_to_be_greater_than_b: {arguments: {column_A: id, column_B: salary}}
          - ribbon.expect_multicolumn_values_to_be_equal: {arguments: {column_list: [name, email]}}
          - ribbon.expect_grain: {arguments: {columns: [email, born]}}
          - ribbon.expect_column_pair_values_to_be_in_set:
              {arguments: {column_A: email, column_B: name, value_pairs_set: [[a, b]]}}
          - ribbon.unexpected_rows_expectation:
              {arguments: {unexpected_rows_query: "select * from {batch} where length(name) > 0"}}
          - ribbon.expect_column_values_to_not_be_null:
              {arguments: {column: name, row_condition: "cast(email as bigint) > 0"}, name: of_a_condition}
          - ribbon.expect_column_values_to_not_be_null:
              {arguments: {column: name}, config: {where: "cast(email as bigint) > 0"}, name: where_it_casts}
          - ribbon.unexpected_rows_expectation:
              {arguments: {unexpected_rows_query: "select cast(columns('em.*') as int) from {batch}"}, name: casts}""",
    "OF_EMAIL": """unique, {ribbon.expect_column_values_to_match_regex: {arguments: {regex: '^x'}}},
            {ribbon.expect_column_values_to_be_in_set: {arguments: {value_set: [x]}}},
            {ribbon.expect_column_most_common_value_to_be_in_set: {arguments: {value_set: [x]}}},
            {ribbon.expect_column_values_to_be_dateutil_parseable: {}},
            {ribbon.expect_column_values_to_match_json_schema: {arguments: {json_schema: {type: object}}}}""",
    "OF_SALARY": """{ribbon.expect_column_max_to_be_between: {arguments: {max_value: 9}}},
            {ribbon.expect_column_values_to_be_between: {arguments: {max_value: 9}}},
            {ribbon.expect_column_quantile_values_to_be_between:
              {arguments: {quantile_ranges: {quantiles: [0.5], value_ranges: [[0, 1]]}}}}""",
    "OF_BORN": "{ribbon.expect_column_values_to_be_between: {arguments: {max_value: '1900-01-01'}}}",
}
STAGING = """{{ config(materialized='view') }}
select id, name, email, salary, born, home, email as contact, lower(email) as spelled, salary + 1 as pay,
    born as birthday, home.street as street
from {{ source('hr', 'people') }}
"""
PERSON = """select id, name, email, contact, spelled, pay, birthday, street, home as place, md5(email) as digest,
    name as label, 1 as failing
from {{ ref('stg_people') }}
"""
CARD = "select id, contact, pay, birthday, street, place, label from {{ ref('person') }}"
# A mart is queried, so its readers' literals are seen.
AGGREGATES = "select label, max(contact) as last_contact, max(pay) as most from {{ ref('person') }} group by 1"
HISTORY = """{% snapshot people_history %}
{{ config(unique_key='id', strategy='check', check_cols=['contact'], target_schema='warehouse') }}
select id, contact, pay from {{ ref('stg_people') }}
{% endsnapshot %}
"""
FAILING = {
    "casts": "select cast(contact as bigint) as x from {{ ref('person') }}",
    "casts_struct": "select cast(place.street as date) as x from {{ ref('person') }}",
    "casts_narrow": "select cast(pay as tinyint) as x from {{ ref('person') }}",
    "casts_overflow": "select cast(pay as bigint) * 9000000000000000 as x from {{ ref('person') }}",
    "parses": "select strptime(contact, '%Y-%m-%d') as x from {{ ref('person') }}",
    "documents": "select json(contact) as x from {{ ref('person') }}",
    "raises": "select error('cannot take ' || contact) as x from {{ ref('person') }}",
    "enumerates": "select cast(contact as enum('a')) as x from {{ ref('person') }}",
    "keyed": "select 'k' || contact as contact, 1 as n from {{ ref('person') }} union all"
    " select 'k' || contact, 2 from {{ ref('person') }}",
    "checked": "select contact, pay from {{ ref('person') }}",
}
REFUSED_TESTS = """
      - ribbon.expect_column_pair_values_a_to_be_greater_than_b: {arguments: {column_A: failing, column_B: pay}}
      - ribbon.expect_grain: {arguments: {columns: [spelled]}, config: {store_failures: true}}
      - ribbon.unexpected_rows_expectation:
          {arguments: {unexpected_rows_query: "select * from {batch} where failing > 0"}}
"""
OF_CONTACT = """
          - unique
          - accepted_values: {arguments: {values: [x]}}
          - ribbon.expect_column_most_common_value_to_be_in_set: {arguments: {value_set: [x]}}
          - ribbon.expect_column_values_to_match_regex: {arguments: {regex: '^x'}}
"""
TREATED = "{name: digest, config: {meta: {restricted: false, because: a hash}}}"
CONTRACTS = f"""
models:
  - name: stg_people
  - name: person
    data_tests: {REFUSED_TESTS}
    columns:
      - {{name: id, data_tests: [not_null]}}
      - name: name
        data_tests:
          - ribbon.expect_column_values_to_be_in_set: {{arguments: {{value_set: [x]}}}}
      - name: contact
        data_tests: {OF_CONTACT}
      - name: pay
        data_tests:
          - ribbon.expect_column_max_to_be_between: {{arguments: {{max_value: 1}}}}
          - ribbon.expect_column_sum_to_be_between: {{arguments: {{max_value: 1}}}}
      - {TREATED}
"""
SETS_ASIDE = """
models:
  - name: aside
    columns:
      - name: id
      - name: contact
        data_tests:
          - ribbon.expect_column_values_to_match_regex:
              {arguments: {regex: '^x'}, config: {meta: {on_unexpected: quarantine}}}
"""
FAILING_CONTRACTS = """
models:
  - name: keyed
    config: {contract: {enforced: true}}
    columns:
      - {name: contact, data_type: varchar, constraints: [{type: primary_key}]}
      - {name: n, data_type: int}
  - name: checked
    config: {contract: {enforced: true}}
    constraints: [{type: check, expression: pay < 10}]
    columns:
      - {name: contact, data_type: varchar}
      - {name: pay, data_type: bigint}
unit_tests:
  - name: pay_is_raised
    model: casts
    given: [{input: ref('person'), rows: [{contact: '7'}]}]
    expect: {rows: [{x: 8}]}
"""
SINGULAR = {
    "tests/singular_rows.sql": "select contact, pay from {{ ref('person_card') }}",
    "tests/singular_error.sql": "select cast(contact as bigint) as x from {{ ref('person_card') }}",
    "tests/singular_stored.sql": "{{ config(store_failures=true) }} select contact from {{ ref('person_card') }}",
}
PROJECT = {
    "expectations/warehouse/people/person.yml": f"models: [{{name: person, columns: [{TREATED}]}}]",
    "expectations/mart/sales/person_card.yml": "models: [{name: person_card}]",
    "models/warehouse/people/stg_people.sql": STAGING,
    "models/warehouse/people/person.sql": PERSON,
    "models/warehouse/people/aside.sql": "select id, contact from {{ ref('person') }}",
    "models/mart/sales/person_card.sql": CARD,
    "models/mart/sales/person_most.sql": AGGREGATES,
    "snapshots/people_history.sql": HISTORY,
}
PYTHON = """def model(dbt, session):
    found = dbt.ref("person").df()
    return found.assign(contact=found["contact"].astype(float))
"""
# The same project, where all fails that can. The snapshot casts.
BROKEN = {
    "expectations/warehouse/people/aside.yml": SETS_ASIDE,
    "snapshots/people_history.sql": HISTORY.replace("id, contact", "id, cast(contact as bigint) as broken, contact"),
    **SINGULAR,
    "expectations/warehouse/failing/failing.yml": FAILING_CONTRACTS,
    "models/warehouse/failing/in_python.py": PYTHON,
    **{f"models/warehouse/failing/{name}.sql": sql for name, sql in FAILING.items()},
}
# And then the gate refuses what all of them read.
REFUSED = {"expectations/warehouse/people/person.yml": CONTRACTS}
QUERIES = [
    "select id from mart_sales.person_card where contact = 'c4n4ry-asked-1'",
    "select id from mart_sales.person_card order by contact = 'c4n4ry-asked-2'",
    "select id, case when contact = 'c4n4ry-asked-3' then 1 end as it from mart_sales.person_card group by all",
    "select count(*) filter (contact = 'c4n4ry-asked-4') as n from mart_sales.person_card",
    "select c.id from mart_sales.person_card as c join warehouse.person as p on p.id = c.id"
    " and p.spelled = 'c4n4ry-asked-5'",
    "select id from warehouse.person where email in ('c4n4ry-asked-6', 'c4n4ry-asked-7')"
    " order by email = 'c4n4ry-asked-8'",
    "select id from lake.people where salary between 7311501 and 7311509",
    "select id from lake.people where born = date '1931-07-14'",
    "select label from mart_sales.person_most where last_contact like 'c4n4ry-asked-9%'",
    "select row_number() over (order by email = 'c4n4ry-asked-10') as n from warehouse.person",
    "select id from warehouse.person where place.street = 'c4n4ry-asked-11' limit 3",
    "select pay from mart_sales.person_card as c where exists (select 1 where c.contact = 'c4n4ry-asked-12')",
    "select 'c4n4ry-asked-13' = contact as same, from mart_sales.person_card where",
    "select id from mart_sales.nowhere where contact = 'c4n4ry-asked-14'",
    "with x as (select contact as c, id from mart_sales.person_card) select id from x where c = 'c4n4ry-asked-15'",
]


def planted(folder: Path) -> Workshop:
    """The project, with a good delivery of each source."""
    mini = new_mini(folder)
    for part in ("models", "expectations"):
        for path in (mini.project / part).rglob("*"):
            if path.is_file() and path.name != "_use_case.yml":
                path.unlink()
    use_case = mini.project / "expectations/mart/sales/_use_case.yml"
    use_case.write_text(use_case.read_text().replace("sales_daily", "person_card"))
    write_files(mini.project, {**PROJECT, LAKE: without_door(SOURCES)})
    deliver_people(mini, "people_1.parquet", range(1, 5))
    rows = "".join(f"{n},c4n4ry-visitor-{n}@x.org,7311560{n},1931-07-0{n}\n" for n in range(1, 4))
    badges = "".join(f'{{"id": {n}, "email": "c4n4ry-badge-{n}@x.org", "salary": 7311570{n}}}\n' for n in range(1, 4))
    write_files(mini.project, {"files/badges_1.jsonl": badges, "callers.py": CALLERS})
    write_files(mini.project, {"files/visitors_1.csv": f"id,email,salary,born\n{rows}"})
    return mini


def without_door(sources: str) -> str:
    """The contracts of the sources without what they ask of a delivery."""
    for name in DOOR:
        sources = re.sub(rf"\[{name}\]", "[]", sources)
    return sources


def with_door() -> str:
    """The contracts with all that they ask of a delivery."""
    sources = SOURCES.replace("[ARRIVING]", DOOR["ARRIVING"])
    for name, tests in DOOR.items():
        sources = sources.replace(f"[{name}]", f"[{tests}]")
    return sources


def deliver_people(mini: Workshop, name: str, numbers: range, **columns: str) -> None:
    """A delivery of people. columns: SQL of some of them, by name."""
    made = {
        "id": "n::bigint",
        "name": "'p' || n",
        "email": "'c4n4ry-mail-' || n || '@x.org'",
        "salary": "(7311500 + n)::bigint",
        "born": "date '1931-07-10' + n::int",
        "home": "{'street': 'c4n4ry-street-' || n, 'number': 7311590 + n}",
    } | columns
    chosen = ", ".join(f"{sql} as {column}" for column, sql in made.items())
    write_parquet(
        mini.project / "files" / name, f"select {chosen} from range({numbers.start}, {numbers.stop}) as t (n)"
    )


def deliver_badly(mini: Workshop) -> None:
    """Deliveries of which each is wrong in a way of its own."""
    write_files(mini.project, {LAKE: with_door()})
    deliver_people(mini, "people_2.parquet", range(4, 8), email="'c4n4ry-twice@x.org'")
    deliver_people(mini, "people_3.parquet", range(8, 9), salary="'c4n4ry-salary'", born="'c4n4ry-day'")
    deliver_people(mini, "people_4.parquet", range(9, 10), home="'c4n4ry-home'")
    deliver_people(mini, "people_5.parquet", range(9, 10), salary="73115000000000000000::hugeint")
    header = "id,email,salary,born\n"
    texts = {
        "misfits": f"{header}7,c4n4ry-a@x.org,c4n4ry-pay,c4n4ry-date\n8,c4n4ry-b@x.org,7311507,1931-07-33\n"
        "9,ok,1,2020-01-01\n",
        "ragged": f"{header}7,c4n4ry-c@x.org,1\n8,c4n4ry-d@x.org,7311508,1931-07-01,c4n4ry-more\n",
        "quoted": f'{header}7,"c4n4ry-e@x.org,7311509,1931-07-02\n',
        "twins": "c4n4ry-i@x.org,C4N4RY-I@x.org,7311511,1931-07-04\n",
        "headless": "7,c4n4ry-f@x.org,7311510,1931-07-03\n",
        "too_long": f"{header}7,{'c4n4ry-g' * 300000},1,2020-01-01\n",
    }
    lines = {
        "badges_2": '{"id": 4, "email": "c4n4ry-j@x.org", "salary": "c4n4ry-pay"}\n{"id": 5, "email": c4n4ry-k}\n'
        '{"id": 6, "email": ["c4n4ry-l@x.org"], "salary": 7311512}\n{"id": 7, "email": null, "salary": 1}\n',
        "badges_3": "c4n4ry-m@x.org\n",
    }
    for name, text in lines.items():
        (mini.project / f"files/{name}.jsonl").write_text(text)
    quoting = CALLERS.replace("pa.table", "float('c4n4ry-' + 'fails'); yield pa.table")
    (mini.project / "callers.py").write_text(quoting)
    for name, text in texts.items():
        (mini.project / f"files/visitors_{name}.csv").write_text(text)
    (mini.project / "files/visitors_latin.csv").write_bytes(
        f"{header}7,c4n4ry-h\xe9@x.org,1,2020-01-01\n".encode("latin-1")
    )


def write_queries(mini: Workshop) -> Path:
    """A log of queries with values of restricted columns in them."""
    log = mini.project / "logged/queries.csv"
    log.parent.mkdir()
    lines = [f'ann,2026-01-{day:02d}T08:00:00Z,"{sql}",0.2' for sql in QUERIES for day in range(2, 20)]
    log.write_text("\n".join(["who,when,sql,seconds", *lines]) + "\n")
    return log


def seen(ended: Ended) -> set[str]:
    """The canaries that a command printed."""
    return canaries((ended.out + ended.err).encode())


def canaries(text: bytes) -> set[str]:
    """The canaries in a text, in any of the compressions that Ribbon and dbt use."""
    return {found.decode() for found in CANARY.findall(text)}


def left(mini: Workshop) -> Iterator[tuple[str, set[str]]]:
    """Every file that holds a canary, but for the data itself."""
    for path in sorted(mini.project.parent.rglob("*")):
        if path.is_file() and not path.is_symlink() and not _is_data(mini, path):
            found = canaries(str(path.relative_to(mini.project.parent)).encode())
            for text in _texts(path):
                found |= canaries(text)
            if found:
                yield str(path.relative_to(mini.project.parent)), found


def _is_data(mini: Workshop, path: Path) -> bool:
    """Whether a file is data: what was delivered, or a function yielded; batches of the lake and of quarantine."""
    is_table = path.suffix == ".parquet"
    inside = [
        mini.project / "callers.py",
        mini.project / "files",
        mini.project / "logged",
        *((mini.data / name) for name in ("lake", "quarantine") if is_table),
    ]
    if any(path.is_relative_to(mini.data / name) for name in ("delivered", "tmp/functions")):
        return True
    is_copy = path.is_relative_to(mini.data / "quarantine") and path.suffix in {".csv", ".duckdb"}
    return is_copy or any(path.is_relative_to(folder) for folder in inside)


def _texts(path: Path) -> Iterator[bytes]:
    if path.suffix == ".duckdb":
        yield from _of_database(path)
    elif path.suffix == ".parquet":
        yield from (repr(row).encode() for row in duckdb.sql(f"from '{path}'").fetchall())
    else:
        content = path.read_bytes()
        yield content
        yield from _inflated(content)


def _inflated(content: bytes) -> Iterator[bytes]:
    """What is compressed in a file, wherever it begins."""
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b", content):
        try:
            yield zlib.decompressobj(47).decompress(content[found.start() :])
        except zlib.error:
            continue


def _of_database(path: Path) -> Iterator[bytes]:
    """The names in a DuckDB file, the tables of Ribbon's history, and why rows are in quarantine: the rest is data."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables: list[Any] = connection.sql(
            "select table_schema, table_name, string_agg(column_name, ' ') from information_schema.columns group by all"
        ).fetchall()
        yield repr(tables).encode()
        for schema, name, columns in tables:
            if schema.endswith("ribbon"):
                yield repr(connection.sql(f'from "{schema}"."{name}"').fetchall()).encode()
            elif "_quarantine_reasons" in columns.split():
                yield repr(connection.sql(f'select _quarantine_reasons from "{schema}"."{name}"').fetchall()).encode()
