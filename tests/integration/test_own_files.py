"""A first hour with one's own files, followed to the letter: docs/handbook/own_files.md."""

import pytest

from tests.tutorial import Followed, follow, is_shown

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    return follow("own_files.md", tmp_path_factory.mktemp("own_files"), "velo")


def test_only_the_month_with_bad_rows_makes_a_command_fail(followed: Followed) -> None:
    runs = [place for place, (command, _, _) in enumerate(followed.ran) if command == "ribbon run"]

    assert followed.failed == [runs[2]]
    ended = followed.ran[runs[2]][2]
    assert "1 of 5 rows of rides_2025-07.csv do not fit the contract" in ended.err
    assert "station_monthly was not replaced" in ended.err


def test_the_shown_output_is_what_comes(followed: Followed) -> None:
    shown = [(output, ended.out.strip()) for _, output, ended in followed.ran if output]

    assert len(shown) == 3
    for expected, actual in shown:
        assert is_shown(expected, actual), actual


def test_each_bad_row_is_in_a_quarantine_and_the_others_are_published(followed: Followed) -> None:
    rides = "select count(*), count(distinct ride_id) from warehouse.stg_rentals__rides"

    assert followed.desk.query(rides) == [(333, 333)]
    assert followed.desk.query("select ride_id from warehouse.stg_rentals__rides__quarantine") == [(334,)]
