"""The verdict on a relation: its own last build and checks, and all that it reads, through to the sources."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbon.verdict import Facts, Freshness, Kept, together, verdicts_of

NIGHT = datetime(2026, 12, 1, 2, 28)
MORNING = NIGHT + timedelta(hours=6)
PASSING = {"a": "pass", "b": "pass"}

SOURCE = Facts("lake.orders", is_source=True, good_at=NIGHT - timedelta(hours=1), checks={"s": "pass"})
STAGED = Facts("stg_order", ("orders",), shows_parents=True, run="success", good_at=NIGHT, checks=PASSING)
FACT = Facts("fct_basket", ("staged",), run="success", good_at=NIGHT, checks=PASSING)
MART = Facts("store_daily", ("fact",), run="success", good_at=NIGHT, checks=PASSING)
CALM = {"mart": MART, "fact": FACT, "staged": STAGED, "orders": SOURCE}


def judged(**changes: Facts) -> dict[str, tuple[str, str]]:
    found = verdicts_of({**CALM, **changes}, MORNING)
    return {name: (verdict.status, verdict.words) for name, verdict in found.items()}


def test_what_is_well_is_green_all_the_way() -> None:
    assert judged() == {
        "mart": ("pass", "all 2 promises passing"),
        "fact": ("pass", "all 2 promises passing"),
        "staged": ("pass", "all 2 promises passing"),
        "orders": ("pass", "its one promise is passing"),
    }


def test_a_refusal_says_what_readers_have_and_what_reads_it_is_not_refreshed() -> None:
    found = judged(fact=replace(FACT, run="error", refused=True, checks={"a": "fail", "b": "pass"}))

    words = "a newer candidate was refused; readers have the table of 2026-12-01 02:28, which passed"
    assert found["fact"] == ("fail", words)
    assert found["mart"] == ("warn", "not refreshed: fct_basket failed; data from 2026-12-01 02:28")
    assert found["staged"][0] == "pass"


def test_data_that_fails_its_checks_where_it_stands_is_red_for_all_who_read_it() -> None:
    found = judged(fact=replace(FACT, checks={"a": "fail", "b": "pass"}))

    assert found["fact"] == ("fail", "1 of 2 promises failing")
    assert found["mart"] == ("fail", "reads fct_basket, which fails its checks")


def test_a_check_that_ended_in_an_error_could_not_be_checked() -> None:
    found = judged(fact=replace(FACT, checks={"a": "error", "b": "pass"}))

    assert found["fact"] == ("fail", "1 of 2 promises could not be checked")
    assert found["mart"] == ("warn", "reads fct_basket, which could not be checked")


def test_a_late_source_is_late_on_every_page() -> None:
    promised = Freshness(timedelta(hours=2), timedelta(days=1))
    found = judged(orders=replace(SOURCE, freshness=promised))

    assert found["orders"] == ("warn", "no new data since 2026-12-01 01:28; every 2 hours is promised")
    assert found["mart"] == ("warn", "not refreshed: lake.orders is late; data from 2026-12-01 02:28")
    assert judged(orders=replace(SOURCE, freshness=Freshness(None, timedelta(hours=1))))["orders"][0] == "fail"


def test_a_verdict_that_is_older_than_it_may_be_is_not_green() -> None:
    found = judged(mart=replace(MART, freshness=Freshness(timedelta(hours=3))))

    assert found["mart"] == ("warn", "not built since 2026-12-01 02:28; every 3 hours is promised")


def test_what_is_older_than_what_it_reads_says_so_through_views() -> None:
    found = judged(orders=replace(SOURCE, good_at=NIGHT + timedelta(hours=1)))

    assert found["staged"][0] == "pass"
    assert found["fact"] == ("warn", "older than stg_order; data from 2026-12-01 02:28")
    words = "not refreshed: fct_basket is older than what it reads; data from 2026-12-01 02:28"
    assert found["mart"] == ("warn", words)


@pytest.mark.parametrize(
    ("change", "own", "inherited"),
    [
        (
            {"run": "error", "good_at": None},
            ("fail", "its last build failed; it was never built"),
            "not refreshed: fct_basket failed; data from 2026-12-01 02:28",
        ),
        ({"run": "partial success"}, ("fail", "batches of its last build failed"), None),
        ({"aside": 3}, ("warn", "3 rows in quarantine"), ""),
        (
            {"short": "build --empty"},
            ("warn", "built by `dbt build --empty`, which leaves rows out"),
            "rows of fct_basket are missing",
        ),
        ({"checks": {"a": "warn", "b": "pass"}}, ("warn", "1 of 2 promises with a warning"), ""),
        ({"checks": {"a": "never"}}, ("never", "1 promise, never measured"), ""),
    ],
)
def test_each_fault_has_its_words(change: dict[str, object], own: tuple[str, str], inherited: str | None) -> None:
    found = judged(fact=replace(FACT, **change))  # type: ignore[arg-type]

    assert found["fact"] == own
    if inherited is not None:
        assert found["mart"] == (("warn", inherited) if inherited else ("pass", "all 2 promises passing"))


def test_a_source_that_cannot_land_and_batches_that_stayed_out_are_red() -> None:
    found = judged(orders=replace(SOURCE, problem="nothing could land: no file matches", aside=5, whole=True))

    words = "nothing could land: no file matches; 5 rows in quarantine"
    assert found["orders"] == ("fail", words)
    stale = "not refreshed: lake.orders failed; data from 2026-12-01 02:28"
    assert found["mart"] == ("warn", f"{stale}; rows of lake.orders are missing")


def test_a_mart_whose_readers_keep_an_earlier_version_says_so() -> None:
    found = judged(mart=replace(MART, kept=Kept(NIGHT, "store_daily: failed: never")))

    assert found["mart"] == ("warn", "readers keep the version of 2026-12-01 02:28: store_daily: failed: never")


def test_a_use_case_says_what_its_marts_share_once() -> None:
    facts = {**CALM, "other": replace(MART, label="store_weekly", good_at=NIGHT - timedelta(minutes=1))}
    facts["fact"] = replace(FACT, run="error", good_at=NIGHT - timedelta(hours=2))
    found = verdicts_of(facts, MORNING)

    case = together({"store_daily": found["mart"], "store_weekly": found["other"]})

    assert (case.status, case.words) == ("warn", "not refreshed: fct_basket failed; data from 2026-12-01 02:27")


STATUSES = st.sampled_from(["pass", "warn", "fail", "error", "never"])
OWN = st.builds(
    Facts,
    label=st.just("x"),
    is_source=st.booleans(),
    shows_parents=st.booleans(),
    run=st.sampled_from(["", "success", "error", "partial success"]),
    refused=st.booleans(),
    good_at=st.none() | st.sampled_from([NIGHT, MORNING]),
    checks=st.dictionaries(st.sampled_from("abc"), STATUSES),
    freshness=st.none() | st.just(Freshness(timedelta(hours=1))),
    aside=st.integers(0, 2),
    whole=st.booleans(),
    problem=st.sampled_from(["", "no file"]),
    short=st.sampled_from(["", "run --empty"]),
)


@given(st.lists(OWN, min_size=1, max_size=6), st.data())
def test_nothing_is_green_above_what_is_not(facts: list[Facts], data: st.DataObject) -> None:
    """A relation is green only where nothing that it reads failed, failed a check, is late or is newer."""
    graph = {
        str(place): replace(each, parents=tuple(data.draw(st.sets(st.sampled_from(range(place))))) if place else ())
        for place, each in enumerate(facts)
    }
    graph = {key: replace(each, parents=tuple(map(str, each.parents))) for key, each in graph.items()}

    found = verdicts_of(graph, MORNING)

    for each in graph.values():
        for parent in each.parents:
            above = found[parent]
            bad = any(
                reason.kind in {"run", "late"} or above.status == "fail" or "failing" in reason.words
                for reason in above.reasons
            )
            inherited = any(reason.kind == "inherited" for reason in above.reasons)
            if bad or inherited or graph[parent].whole or graph[parent].short:
                assert found[_key(graph, each)].status in {"fail", "warn"}


def _key(graph: dict[str, Facts], wanted: Facts) -> str:
    return next(key for key, each in graph.items() if each is wanted)
