"""Text lands as the contract reads it: CSV and JSON lines. What does not fit is in quarantine, row by row."""

import gzip
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ribbon.errors import ConfigError
from ribbon.model import Severity
from tests.landing import Landing, contract, landing

GERMAN = {"type": "csv", "delimiter": ";", "decimal": ",", "thousands": ".", "null_tokens": ["", "k.A."]}
COLUMNS = {
    "order_id": {"data_type": "bigint", "delivered_as": "Order ID"},
    "amount_eur": {"data_type": "decimal(10,2)", "delivered_as": ["Betrag", "Amount"]},
    "ordered_on": {"data_type": "date", "format": "%d.%m.%Y"},
    "zip_code": "string",
}


HEAD = "Order ID;Amount;ordered_on;zip_code\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Landing]:
    with landing(tmp_path, contract(COLUMNS, file="*.csv", format=GERMAN)) as opened:
        yield opened


def test_a_csv_file_lands_under_the_contracts_names_and_types(shop: Landing) -> None:
    shop.deliver("a.csv", "Order ID;Betrag;ordered_on;zip_code\n1;1.234,50;01.02.2024;01234\n2;k.A.;;\n")

    (delivery,) = shop.land().deliveries

    assert (delivery.rows, delivery.landed, delivery.known, delivery.quarantined) == (2, 2, 0, 0)
    assert shop.lake() == [(1, Decimal("1234.50"), date(2024, 2, 1), "01234"), (2, None, None, None)]
    assert shop.lake("distinct _source_file") == [("a.csv",)]


def test_rows_that_do_not_fit_are_in_quarantine_with_line_reason_and_text_and_the_rest_lands(shop: Landing) -> None:
    shop.source = contract(COLUMNS, file="*.csv", format=GERMAN, max_misfits=0.9)
    shop.deliver(
        "a.csv",
        "Order ID;Amount;ordered_on;zip_code\n"
        "1;1,50;01.02.2024;01234\n"
        "2;1.50;31.02.2024;x\n"
        "\n"
        '3;2,00;01.02.2024;"two\nlines"\n'
        "4;2,00\n"
        "5;2,00;01.02.2024;x;y;z\n"
        "6;2,005;01.02.2024;x\n"
        "7;3,00;02.02.2024;x\n",
    )

    outcome = shop.land()

    (delivery,) = outcome.deliveries
    assert (delivery.rows, delivery.landed, delivery.known, delivery.quarantined) == (7, 3, 0, 4)
    assert [(misfit.line, misfit.reasons, misfit.raw) for misfit in shop.misfits()] == [
        (3, ("amount_eur is not DECIMAL(10,2): 1.50", "ordered_on is not DATE: 31.02.2024"), "2;1.50;31.02.2024;x"),
        (7, ("missing columns",), "4;2,00"),
        (8, ("too many columns",), "5;2,00;01.02.2024;x;y;z"),
        (9, ("amount_eur is not DECIMAL(10,2): 2,005",), "6;2,005;01.02.2024;x"),
    ]
    assert shop.lake("order_id") == [(1,), (3,), (7,)]
    (finding,) = [each for each in outcome.findings if each.severity is Severity.ERROR]
    assert finding.what == "4 of 7 rows of a.csv do not fit the contract"
    assert finding.why.startswith("line 3: amount_eur is not DECIMAL(10,2): 1.50")
    assert not outcome.is_accepted


def test_rows_are_released_with_the_contract_mended_and_keep_their_lines(shop: Landing) -> None:
    shop.deliver(
        "a.csv",
        HEAD + "1;1,50;01.02.2024;a\n2;x;01.02.2024;b\n3;2,125;01.02.2024;c\n4;4,00;05.02.2024;d\n",
    )
    shop.land()
    shop.source = contract(
        COLUMNS | {"amount_eur": {"data_type": "decimal(10,3)", "delivered_as": "Amount"}}, file="*.csv", format=GERMAN
    )

    (outcome,) = shop.release()

    assert (outcome.rows, outcome.landed, outcome.quarantined) == (2, 1, 1)
    assert shop.lake("order_id, amount_eur") == [(1, 1.5), (3, 2.125), (4, 4)]
    assert [(misfit.line, misfit.raw) for misfit in shop.misfits()] == [(3, "2;x;01.02.2024;b")]
    assert shop.land().deliveries == ()
    (again,) = shop.release()
    assert (again.landed, again.quarantined, len(shop.misfits())) == (0, 1, 1)


def test_a_growing_file_does_not_put_the_same_row_into_quarantine_twice(shop: Landing) -> None:
    head = "Order ID;Amount;ordered_on;zip_code\n1;1,50;01.02.2024;a\n2;x;01.02.2024;b\n"
    shop.deliver("a.csv", head)
    shop.land()
    shop.deliver("a.csv", head + "3;3,00;01.02.2024;c\n2;x;01.02.2024;b\n")

    (delivery,) = shop.land().deliveries

    assert (delivery.rows, delivery.landed, delivery.known, delivery.quarantined) == (4, 1, 2, 1)
    assert sorted(misfit.line for misfit in shop.misfits()) == [3, 5]
    assert shop.lake("order_id") == [(1,), (3,)]


def test_above_the_declared_share_the_whole_delivery_stops_and_is_released_whole(shop: Landing) -> None:
    shop.source = contract(COLUMNS, file="*.csv", format=GERMAN, max_misfits=0.2)
    shop.deliver(
        "a.csv", "Order ID;Amount;ordered_on;zip_code\n1;1,5;2024-02-01;a\n2;2,5;2024-02-02;b\n3;2;01.02.2024;b\n"
    )

    outcome = shop.land()

    (delivery,) = outcome.deliveries
    assert (delivery.stopped, delivery.rows, delivery.landed, delivery.quarantined) == (True, 3, 0, 3)
    (finding,) = outcome.findings
    assert finding.what == "2 of 3 rows of a.csv do not fit the contract"
    assert shop.lake() == []
    assert [folder.name.partition("=")[0] for folder in shop.aside()] == ["file"]
    dated = {"data_type": "string"}
    shop.source = contract(COLUMNS | {"ordered_on": dated}, file="*.csv", format=GERMAN, max_misfits=0.2)
    (released,) = shop.release()
    assert (released.landed, shop.aside(), len(shop.lake())) == (3, [], 3)
    assert shop.land().deliveries == ()


def test_the_text_of_a_restricted_column_is_in_no_reason(shop: Landing) -> None:
    restricted = COLUMNS | {"amount_eur": {"data_type": "decimal(10,2)", "delivered_as": "Amount", "restricted": True}}
    shop.source = contract(restricted, file="*.csv", format=GERMAN)
    shop.deliver("a.csv", "Order ID;Amount;ordered_on;zip_code\n1;secret;01.02.2024;a\n2;2;01.02.2024;a\n")

    outcome = shop.land()

    assert [misfit.reasons for misfit in shop.misfits()] == [("amount_eur is not DECIMAL(10,2)",)]
    assert "secret" not in str(outcome.findings)


TYPED = [
    ("bigint", ["1", "-7", "007", " 8 "], ["1.0", "1e3", "x", "1_000", "99999999999999999999", "٣"]),
    ("double", ["1", "-1.5", ".5", "1e3", "nan", "-inf"], ["1,5", "x", "1.5.5", "1e400", "0x1f"]),
    ("decimal(5,2)", ["1", "1.5", "1.50", "1.500", "-999.99"], ["1.505", "1000", "1e2", "nan"]),
    ("boolean", ["true", "false", "t", "0"], ["maybe", "2"]),
    (
        "date",
        ["2024-02-29", "2024-2-1", "2024-02-01 00:00:00"],
        ["2024-02-30", "2024-02-01 10:00", "infinity", "epoch"],
    ),
    (
        "timestamp",
        ["2024-02-01", "2024-02-01 10:00", "2024-02-01T10:00:00.123456", "2024-02-01T10:00:00Z", "2024-02-01 10:00+02"],
        ["2024-02-01 25:00", "infinity", "10:00", "2024-02-01 10:00:00.1234567"],
    ),
    ("uuid", ["8c3a9e0e-1f5b-4c8a-9d6e-2b7f4a1c0d3e"], ["8c3a"]),
    ("integer[]", ["[1, 2]", "[]"], ["[1, x]", "1"]),
    ("struct(a integer)", ['{"a": 1}'], ["[1]", "x"]),
]


@pytest.mark.parametrize(("data_type", "fitting", "failing"), TYPED, ids=[kind for kind, *_ in TYPED])
def test_a_text_fits_a_type_only_if_its_value_does_not_change(
    tmp_path: Path, data_type: str, fitting: list[str], failing: list[str]
) -> None:
    columns = {"value": data_type, "place": "bigint"}
    with landing(
        tmp_path, contract(columns, file="*.csv", format={"type": "csv", "delimiter": "|"}, max_misfits=1)
    ) as it:
        quoted = ['"' + text.replace('"', '""') + '"' for text in [*fitting, *failing]]
        it.deliver("a.csv", "value|place\n" + "".join(f"{text}|{place}\n" for place, text in enumerate(quoted)))

        it.land()

        assert it.lake("place") == [(place,) for place in range(len(fitting))]
        assert it.lake("place", "value is null") == []
        assert [misfit.line for misfit in it.misfits()] == [2 + len(fitting) + place for place in range(len(failing))]


def test_times_without_an_offset_are_of_the_declared_zone_and_land_in_utc(tmp_path: Path) -> None:
    reads = {"type": "csv", "time_zone": "Europe/Berlin"}
    columns = {
        "at": "timestamp",
        "instant": "timestamptz",
        "written": {"data_type": "timestamp", "format": "%d.%m.%Y %H:%M"},
    }
    with landing(tmp_path, contract(columns, file="*.csv", format=reads)) as it:
        it.deliver(
            "a.csv", "at,instant,written\n2024-07-01 10:00,2024-07-01 10:00,01.07.2024 10:00\n2024-07-01T10:00Z,,\n"
        )

        it.land()

        assert it.lake("\"at\", instant at time zone 'UTC', written") == [
            (datetime(2024, 7, 1, 8), datetime(2024, 7, 1, 8), datetime(2024, 7, 1, 8)),
            (datetime(2024, 7, 1, 10), None, None),
        ]


def compressed(name: str, content: bytes) -> bytes:
    if name.endswith(".gz"):
        return gzip.compress(content)
    if name.endswith(".zst"):
        return bytes(pa.Codec("zstd").compress(content, asbytes=True))
    return content


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.csv.zst"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_and_compressions(tmp_path: Path, name: str, encoding: str, line_end: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    source = contract({"name": "string", "n": "bigint"}, file="a.csv*", format={"type": "csv", "encoding": declared})
    with landing(tmp_path, source) as it:
        it.deliver(name, compressed(name, line_end.join(["name,n", "Zoë,1", "naïve,x", ""]).encode(encoding)))

        (delivery,) = it.land().deliveries

        assert (delivery.landed, delivery.quarantined) == (1, 1)
        assert it.lake() == [("Zoë", 1)]
        assert [(misfit.line, misfit.raw) for misfit in it.misfits()] == [(3, "naïve,x")]


def test_line_ends_that_are_mixed_do_not_lose_a_row_or_change_a_value(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"a": "bigint", "b": "string"}, file="*.csv")) as it:
        it.deliver("a.csv", b'a,b\n1,x\r\n2,y\n3,"p\r\nq"\r\nfour,z\n')

        (delivery,) = it.land().deliveries

        assert (delivery.landed, delivery.quarantined) == (3, 1)
        assert it.lake() == [(1, "x"), (2, "y"), (3, "p\r\nq")]
        assert [(misfit.line, misfit.raw) for misfit in it.misfits()] == [(6, "four,z")]


def test_a_file_without_header_has_the_contracts_columns_in_their_order(tmp_path: Path) -> None:
    with landing(
        tmp_path, contract({"a": "bigint", "b": "string"}, file="*.csv", format={"type": "csv", "header": False})
    ) as it:
        it.deliver("a.csv", "1,x\ntwo,y\n")

        it.land()

        assert it.lake() == [(1, "x")]
        assert [(misfit.line, misfit.raw) for misfit in it.misfits()] == [(2, "two,y")]


def json_lines(*rows: Any) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_json_lines_land_and_lines_that_are_no_object_do_not_become_rows_of_nulls(tmp_path: Path) -> None:
    columns = {
        "id": "bigint",
        "paid": "boolean",
        "where": "struct(lat double, lon double)",
        "tags": "varchar[]",
        "line": "string",
    }
    with landing(tmp_path, contract(columns, file="*.jsonl", max_misfits=0.9)) as it:
        it.deliver(
            "a.jsonl",
            json_lines(
                {"id": 1, "paid": True, "where": {"lat": 1.5, "lon": 2}, "tags": ["a"], "line": "x", "new": {"k": 1}},
                '{"id": 2,',
                "[3]",
                "",
                "null",
                {"id": "4", "ribbon_values": "mine"},
                {"id": 5.5},
            ),
        )

        outcome = it.land()

        (delivery,) = outcome.deliveries
        assert (delivery.rows, delivery.landed, delivery.quarantined) == (6, 2, 4)
        assert it.lake('id, paid, "where", tags, line, new, ribbon_values') == [
            (1, True, {"lat": 1.5, "lon": 2.0}, ["a"], "x", '{"k":1}', None),
            (4, None, None, None, None, None, "mine"),
        ]
        assert [(misfit.line, misfit.reasons) for misfit in it.misfits()] == [
            (2, ("is not a JSON object, or has a key twice",)),
            (3, ("is not a JSON object, or has a key twice",)),
            (5, ("is not a JSON object, or has a key twice",)),
            (7, ("id is not BIGINT: 5.5",)),
        ]
        assert [finding.what.split(" of ")[0] for finding in outcome.findings[:2]] == [
            "column new",
            "column ribbon_values",
        ]
        it.source = contract(columns | {"id": "double"}, file="*.jsonl")
        (released,) = it.release()
        assert (released.landed, released.quarantined) == (1, 3)
        assert [misfit.line for misfit in it.misfits()] == [2, 3, 5]


def test_rows_are_released_in_the_notation_of_their_source(tmp_path: Path) -> None:
    reads = {"type": "jsonl", "decimal": ",", "null_tokens": ["-"]}
    columns = {"id": "bigint", "price": "decimal(4,1)"}
    with landing(tmp_path, contract(columns, file="*.jsonl", format=reads)) as it:
        it.deliver(
            "a.jsonl", json_lines({"id": 1, "price": "1,5"}, {"id": 2, "price": "-"}, {"id": 3, "price": "1,25"})
        )
        it.land()
        it.source = contract(columns | {"price": "decimal(4,2)"}, file="*.jsonl", format=reads)

        assert [each.landed for each in it.release("rows")] == [1]
        assert it.lake() == [(1, 1.5), (2, None), (3, 1.25)]


def test_a_line_in_another_encoding_is_in_quarantine_and_the_others_land(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"a": "string"}, file="*.jsonl")) as it:
        it.deliver("a.jsonl", b'{"a": "x"}\n{"a": "\xff"}\n{"a": "y"}\n')

        (delivery,) = it.land().deliveries

        assert (delivery.landed, delivery.quarantined, it.lake()) == (2, 1, [("x",), ("y",)])


@pytest.mark.parametrize(
    ("meta", "told"),
    [
        ({"format": "xml"}, "meta.format.type is 'xml'. Write parquet, csv, jsonl or sqlite"),
        (
            {"format": {"type": "csv", "delimiter": "||"}},
            "meta.format.delimiter is '||'. Write one character in quotes",
        ),
        ({"format": {"type": "csv", "separator": ";"}}, "meta.format.separator is unknown. Use delimiter, quote"),
        ({"format": {"type": "csv", "encoding": "klingon"}}, "Write an encoding such as utf-8"),
        ({"format": {"type": "csv", "time_zone": "Mars"}}, "Write a zone such as Europe/Berlin"),
        ({"max_misfits": 7}, "meta.max_misfits is 7. Write a share of rows from 0 to 1"),
        ({"marker": "done"}, "meta.marker is 'done'. Write a name with {}"),
        ({"delivery": "upsert"}, "meta.key is null. An upsert table needs it"),
        ({"delivery": "upsert", "key": "nothing"}, "meta.key is 'nothing'"),
    ],
)
def test_a_wrong_contract_is_an_error_that_names_file_option_and_remedy(meta: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        contract({"a": "bigint"}, **meta)

    assert str(raised.value).startswith("expectations/lake/shop.yml: source shop.orders: ")
    assert told in str(raised.value)


def test_json_numbers_keep_their_digits_or_wait_in_quarantine(tmp_path: Path) -> None:
    """DuckDB's parser makes a float of each number with a point, and rounds it in silence."""
    columns = {"exact": "decimal(38,10)", "text": "string", "rough": "double", "inside": "struct(amount decimal(20,4))"}
    with landing(tmp_path, contract(columns, file="*.jsonl", max_misfits=0.9)) as it:
        it.deliver(
            "a.jsonl",
            '{"exact": 1234567890123456.123456789, "text": 0.1234567890123456789, "rough": 1.5}\n'
            '{"exact": 1.5, "rough": 0.30000000000000004, "inside": {"amount": 1234567890123.1234}}\n'
            '{"exact": 2, "rough": 0.1234567890123456789}\n'
            '{"exact": 3, "rough": 9007199254740993}\n'
            '{"exact": 4, "rough": 1e-400}\n'
            '{"exact": 5, "rough": 0.10000000000000001}\n',
        )
        it.land()

        assert it.lake() == [
            (Decimal("1.5"), None, 0.30000000000000004, {"amount": Decimal("1234567890123.1234")}),
            (Decimal(5), None, 0.1, None),
            (Decimal("1234567890123456.123456789"), "0.1234567890123456789", 1.5, None),
        ]
        assert [(misfit.line, misfit.columns) for misfit in it.misfits()] == [
            (3, ("rough",)),
            (4, ("rough",)),
            (5, ("rough",)),
        ]


def test_a_key_that_is_there_twice_loses_no_value(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"a": "bigint"}, file="*.jsonl")) as it:
        it.deliver("a.jsonl", '{"a": 1}\n{"a": 2, "a": 3}\n{"a": 4}\n')

        assert it.land().landed_rows == 2
        assert [(misfit.line, misfit.raw) for misfit in it.misfits()] == [(2, '{"a": 2, "a": 3}')]


@pytest.mark.parametrize(
    ("data_type", "good", "bad"),
    [
        ("struct(a integer)", ['{"a":1}', '{"a":null}', "{}"], ['{"a":1.7}', '{"a":"x"}', '{"a":true}', "[1]"]),
        ("struct(a decimal(4,2))", ['{"a":1.5}', '{"a":"1.50"}'], ['{"a":1.505}']),
        ("integer[]", ["[1,2]", "[]", "[null]"], ['[1,"x"]', "[1.5]", '{"a":1}']),
        ("struct(a date)[][]", ['[[{"a":"2024-02-29"}],null]'], ['[[{"a":"2024-02-30"}]]']),
        ('struct("b c/~" struct(d bigint))', ['{"b c/~":{"d":1}}'], ['{"b c/~":{"d":"x"}}', '{"b c/~":5}']),
    ],
)
def test_a_value_inside_another_is_never_rounded_or_lost(
    tmp_path: Path, data_type: str, good: list[str], bad: list[str]
) -> None:
    with landing(tmp_path, contract({"id": "bigint", "value": data_type}, file="*.jsonl", max_misfits=0.9)) as it:
        rows = [f'{{"id": {number}, "value": {value}}}' for number, value in enumerate([*good, *bad])]
        it.deliver("a.jsonl", "\n".join(rows) + "\n")
        it.land()

        assert [row[0] for row in it.lake("id")] == list(range(len(good)))
        assert [misfit.line for misfit in it.misfits()] == list(range(len(good) + 1, len(rows) + 1))


def test_keys_that_a_struct_does_not_name_are_reported_like_a_new_column(tmp_path: Path) -> None:
    columns = {"place": {"data_type": "struct(lat double, parts struct(n bigint)[])", "restricted": True}}
    with landing(tmp_path, contract(columns, file="*.jsonl")) as it:
        it.deliver("a.jsonl", '{"place": {"lat": 1, "parts": [{"n": 1}]}}\n')
        assert it.land().findings == ()
        it.deliver("b.jsonl", '{"place": {"lat": 1, "alt": 2, "parts": [{"n": 1, "unit": "m"}]}}\n')

        outcome = it.land()

        (finding,) = outcome.findings
        assert finding.what == "column place of b.jsonl has new keys: alt, parts.unit"
        assert (finding.severity, finding.column, outcome.landed_rows) == (Severity.WARN, "place", 1)
        it.source = contract(
            {"place": "struct(lat double, alt double, parts struct(n bigint, unit string)[])"}, file="*.jsonl"
        )
        it.deliver("c.jsonl", '{"place": {"lat": 1, "alt": 2, "parts": [{"n": 1, "unit": "m"}]}}\n')
        assert it.land().findings == ()
