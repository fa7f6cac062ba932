"""What the catalog knows of use, from imported query logs."""

from datetime import UTC, datetime
from pathlib import Path

from ribbon.catalog.facts.usage import QueryUsage
from tests.usage_project import CARE, SALES, Shop


def test_use_is_told_by_relation_with_people_days_and_columns(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    line = {"who": "ann", "when": "2026-01-02T03:04:05Z", "sql": "select store_id from mart_sales.store_daily"}
    other = {**line, "when": "2026-01-03T03:04:05Z", "sql": "select 1 from mart_sales.store_daily where STORE_ID = 1"}
    shop.take(shop.lines([line, other, {**other, "who": "bob"}, {**line, "who": "bob", "sql": "select 1"}]))

    used = QueryUsage(shop.usage)
    usage = used.usage(SALES)

    assert usage
    assert (usage.queries, usage.failed) == (3, 0)
    assert [(person.who, person.queries) for person in usage.people] == [("ann", 2), ("bob", 1)]
    assert usage.days == (("2026-01-02", 1), ("2026-01-03", 2))
    assert (usage.first, usage.last) == (
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        datetime(2026, 1, 3, 3, 4, 5, tzinfo=UTC),
    )
    assert used.queried(SALES) == {"store_id": (("filtered", 2), ("selected", 1))}
    assert (used.usage(CARE), used.queried(CARE)) == (None, {})
    assert used.fingerprint(SALES) != used.fingerprint(CARE)


def test_without_imports_nobody_asks(tmp_path: Path) -> None:
    used = QueryUsage(Shop(tmp_path).usage)

    assert (used.usage(SALES), used.queried(SALES), used.fingerprint(SALES)) == (None, {}, b"")


def test_a_fingerprint_of_use_changes_where_a_relation_is_asked_again(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    line = {"who": "ann", "when": "2026-01-02T03:04:05Z", "sql": "select store_id from mart_sales.store_daily"}
    shop.take(shop.lines([line]))
    before = QueryUsage(shop.usage)
    shop.take(shop.lines([{**line, "who": "bob"}, {**line, "sql": "select id from mart_care.patient"}]))
    after = QueryUsage(shop.usage)

    assert before.fingerprint(SALES) != after.fingerprint(SALES)
    assert before.fingerprint(CARE) == b";;;"
