"""Builds of the same project side by side: by plain dbt, by plain dbt once more, and with Ribbon."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contents import Content, differing_relations, read_contents, unsteady_columns
from copies import Copy
from gating import Covered, Recorded, covered_tests, read_recorded
from outcomes import Outcome, differing, is_test, read_outcomes, refused_by_both, with_recorded
from processes import Run

__all__ = ["Build", "Builds", "Differences"]


@dataclass(frozen=True)
class Build:
    """A copy that was built."""

    copy: Copy
    run: Run

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """How nodes and tests ended, by unique id."""
        return read_outcomes(self.copy.target)

    @cached_property
    def nodes(self) -> dict[str, dict[str, Any]]:
        """The records of dbt's manifest, by unique id."""
        manifest: dict[str, Any] = json.loads((self.copy.target / "manifest.json").read_text())
        return {**manifest["nodes"], **manifest["unit_tests"]}

    def contents(self, without: Mapping[str, Collection[str]] | None = None) -> dict[str, Content]:
        """What its tables and views hold."""
        return read_contents(self.copy.file, self.copy.folder, without)


@dataclass(frozen=True)
class Differences:
    """How nodes and tests ended that did not end alike, and in what relations differ."""

    outcomes: Mapping[str, tuple[Outcome, Outcome]]
    relations: Mapping[str, str]

    @property
    def nodes(self) -> list[str]:
        """Models, seeds, snapshots and hooks that did not end alike."""
        return [key for key in self.outcomes if not is_test(key)]

    @property
    def verdicts(self) -> list[str]:
        """Tests that did not end alike."""
        return [key for key in self.outcomes if is_test(key)]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.outcomes or self.relations)


@dataclass(frozen=True)
class Builds:
    """The builds. again: None where plain dbt built only once."""

    plain: Build
    gated: Build
    again: Build | None = None

    @cached_property
    def differences(self) -> Differences:
        """What differs with Ribbon, but for what plain dbt makes differ and what the gate holds back rightly."""
        tests = {test for key in self.held_back for test in self._tests[key]}
        recorded = {key: each.outcome for key, each in self.recorded.items() if key in tests}
        gated = with_recorded(self.gated.outcomes, recorded)
        not_run = {key for key in tests if key in gated and gated[key].status == "skipped"}
        apart = {*self.held_back, *not_run, *self.unsteady.outcomes}
        outcomes = differing(self.plain.outcomes, gated, apart)
        unsteady = unsteady_columns(*self._plain_contents)
        plain, again = (build.contents(unsteady) if unsteady else build.contents() for build in self._twice)
        relations = differing_relations(plain, self.gated.contents(unsteady), again)
        held_back = {self._relation(key) for key in self.held_back}
        return Differences(outcomes, {name: what for name, what in relations.items() if name not in held_back})

    @cached_property
    def unsteady(self) -> Differences:
        """What differs between two builds by plain dbt."""
        one, other = self._twice
        return Differences(differing(one.outcomes, other.outcomes), differing_relations(*self._plain_contents))

    @cached_property
    def held_back(self) -> tuple[str, ...]:
        """Models that the gate held back because of tests that fail in plain dbt as well."""
        return refused_by_both(self.plain.outcomes, self.gated.outcomes, self._tests)

    @cached_property
    def recorded(self) -> dict[str, Recorded]:
        """What Ribbon recorded of tests, by unique id."""
        return read_recorded(self.gated.copy.file)

    @cached_property
    def covered(self) -> list[Covered]:
        """The tests of data, and whether the gate covers them."""
        return covered_tests(self.gated.outcomes, self.gated.nodes, self.recorded)

    @property
    def _twice(self) -> tuple[Build, Build]:
        return self.plain, self.again or self.plain

    @cached_property
    def _plain_contents(self) -> tuple[dict[str, Content], dict[str, Content]]:
        first = self.plain.contents()
        return first, self.again.contents() if self.again else first

    @cached_property
    def _tests(self) -> dict[str, list[str]]:
        """The tests that read each node."""
        found: dict[str, list[str]] = {}
        for key, node in self.plain.nodes.items():
            for parent in node["depends_on"]["nodes"] if is_test(key) else ():
                found.setdefault(parent, []).append(key)
        return found

    def _relation(self, key: str) -> str:
        return f"{self.plain.nodes[key]['schema']}.{self.plain.nodes[key]['alias']}"
