"""Entries come into lists of somebody's YAML and leave them, and nothing else in the file changes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbon.scaffold.project_file import without_old_hooks
from ribbon.scaffold.yaml_lists import with_items, without_items


def without_ours(text: str) -> str:
    return without_items(text, "packages", lambda item: "local" in item)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "packages:\n  - local: ours\n  # about a/b\n\n  - package: a/b\n",
            "packages:\n  # about a/b\n\n  - package: a/b\n",
        ),
        (
            "packages:\n  - package: a/b\n  - local: ours\n\n# end\nx: 1\n",
            "packages:\n  - package: a/b\n\n# end\nx: 1\n",
        ),
        ("packages:\n  - local: ours\n    name: ours\n# end\n", "# end\n"),
        (
            "packages:\r\n  - local: ours\r\n  # mine\r\n  - package: a/b\r\n",
            "packages:\r\n  # mine\r\n  - package: a/b\r\n",
        ),
        ("packages: [{local: ours}, {package: a/b}]  # one\n", "packages: [{package: a/b}]  # one\n"),
    ],
)
def test_comments_after_an_entry_stay_when_it_goes(text: str, left: str) -> None:
    assert without_ours(text) == left


def test_an_entry_comes_before_the_comments_at_the_end() -> None:
    text = "packages:\n  - package: a/b\n    version: 1\n\n# end\n"

    assert with_items(text, "packages", ["local: ours"]) == text.replace("\n\n", "\n  - local: ours\n\n", 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_comment_of_an_older_release_goes_with_its_hooks(newline: str) -> None:
    heading = "\n# Ribbon: views of the lake, and the history of runs.\n"
    start = f'{heading}on-run-start:\n  - "{{{{ create_lake_views() }}}}"\n  - "{{{{ record_run_start() }}}}"\n'
    end = f'{heading}on-run-end:\n  - "{{{{ record_run_end(results) }}}}"\n'
    text = ("name: shop\n" + start + end).replace("\n", newline)

    assert without_old_hooks(text, Path("dbt_project.yml")) == f"name: shop{newline}"


BLANK = st.sampled_from(["", "# why", "  # so", "    # indented", ""])
ENTRY = st.sampled_from(
    [
        "  - package: a/b\n    version: 1",
        "  - {package: c/d, version: 2}",
        "  - package: e/f\n    version:\n      - '>1'",
    ]
)


@st.composite
def listings(draw: st.DrawFn) -> str:
    """A file of packages with comments anywhere."""
    parts = [draw(BLANK), "packages: # ours", draw(BLANK)]
    for entry in draw(st.lists(ENTRY, min_size=1, max_size=3)):
        parts += [entry, draw(BLANK), draw(BLANK)]
    ending = draw(st.sampled_from(["", "on: {}", "projects:\n  - name: up"]))
    return draw(st.sampled_from(["\n", "\r\n"])).join([*"\n".join([*parts, ending]).split("\n"), ""])


@given(listings())
def test_an_entry_that_came_goes_without_a_trace(text: str) -> None:
    assert without_ours(with_items(text, "packages", ["local: ours"])) == text


@given(listings(), st.data())
def test_what_was_written_since_stays(text: str, data: st.DataObject) -> None:
    came = with_items(text, "packages", ["local: ours"]).splitlines(keepends=True)
    for _ in range(3):
        came.insert(data.draw(st.integers(0, len(came))), "    # mine\n")

    left = without_ours("".join(came))

    assert left.count("# mine") == 3
    assert left.replace("    # mine\n", "") == text
