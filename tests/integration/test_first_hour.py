"""The tutorial, followed to the letter: the commands of docs/handbook/starting.md, on the files that it shows."""

import pytest

from tests.tutorial import Followed, follow, is_shown

pytestmark = pytest.mark.slow

BAD = "files/tickets_2.parquet"


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    return follow("starting.md", tmp_path_factory.mktemp("first_hour"), "desk")


def test_only_the_bad_row_makes_a_command_fail(followed: Followed) -> None:
    place = [command for command, _, _ in followed.ran].index
    (delivered,) = [command for command, _, _ in followed.ran if BAD in command]

    assert followed.failed == [place(delivered) + 1]
    command, _, ended = followed.ran[followed.failed[0]]
    assert (command, ended.exit_code) == ("ribbon run", 1)
    assert "fct_ticket was not replaced" in ended.err


def test_the_shown_output_is_what_comes(followed: Followed) -> None:
    shown = [(output, ended.out.strip()) for _, output, ended in followed.ran if output]

    assert shown
    for expected, actual in shown:
        assert is_shown(expected, actual)


def test_the_good_rows_are_published_and_the_bad_one_is_set_aside(followed: Followed) -> None:
    days = "select opened_date::varchar, ticket_count, minute_count from mart_support.ticket_daily order by 1"

    assert followed.desk.query(days, "marts.duckdb") == [("2026-03-02", 3, 65), ("2026-03-03", 2, 55)]
    assert followed.desk.query("select ticket_id from warehouse.fct_ticket__quarantine") == [(6,)]
