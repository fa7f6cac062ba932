"""Proposals, stored evolution, and proofs that a change leaves data unchanged."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import unified_diff
from enum import StrEnum

__all__ = [
    "FORM",
    "ChangedColumn",
    "DifferingRow",
    "Dismissal",
    "Edit",
    "Evidence",
    "Evolution",
    "Found",
    "Gain",
    "Proof",
    "Proposal",
    "ProposalKind",
    "RelationProof",
    "RowsCompared",
    "Standing",
]


class ProposalKind(StrEnum):
    """What a proposal does."""

    EXTRACT = "extract"  # repeated logic becomes a warehouse model
    AGREE = "agree"  # one name with two meanings, two names with one
    ADD_MART = "add-mart"  # queried repeatedly; no mart covers it
    RETIRE = "retire"  # unused
    PROMISE = "promise"  # expectations that are missing or can never fail
    FOLLOW = "follow"  # what changed at the source
    MEND = "mend"  # violations of the layer rule
    SIMPLIFY = "simplify"  # what adds nothing


# Without edits: why, and what to do. docs/handbook/evolution.md tells it in full.
_UNUSUAL = "a file has a form that Ribbon does not edit"
_BY_HAND = {
    ProposalKind.EXTRACT: "A part of the SQL cannot be rewritten safely, or its types are unknown before a build."
    " Write a warehouse model with the logic, and let the places above read it.",
    ProposalKind.AGREE: "Which of them is right is a decision. Make it with the owners, then change the SQL and the"
    " contract of the other mart.",
    ProposalKind.ADD_MART: "The log does not say what is decided with the answers. Settle grain and measures with those"
    " who query it, then write the mart and its contract.",
    ProposalKind.RETIRE: f"dbt cannot deprecate columns, and otherwise {_UNUSUAL}. Talk to the owners, then make the"
    " change in the title in the SQL or the contract.",
    ProposalKind.PROMISE: f"It is a decision about the data, or {_UNUSUAL}. Make the change in the title in the"
    " contract.",
    ProposalKind.FOLLOW: f"It is a decision about the data, or {_UNUSUAL}. Ask whoever delivers the source, then change"
    " the contract and the models that depend on it.",
    ProposalKind.MEND: f"No warehouse model can take its place, or {_UNUSUAL}. Move the shared logic into a warehouse"
    " model, and let the reader `ref()` that.",
    ProposalKind.SIMPLIFY: f"The SQL is not plain, or {_UNUSUAL}. Make the change in the title.",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """An observation. where: a file with its line, a column, a log. what: a sentence."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Gain:
    """The known gain of a proposal. use_cases: how many it serves. lines: of SQL saved.

    seconds: of building or querying saved a month. queries: a month that improve.
    """

    use_cases: int = 0
    lines: int = 0
    seconds: float = 0.0
    queries: int = 0

    @property
    def summary(self) -> str:
        """The gain in words; empty if it is unknown."""
        parts = (
            _counted(self.use_cases, "use case"),
            _counted(self.queries, "query", "queries"),
            f"{_counted(self.lines, 'line')} of SQL" if self.lines else "",
            f"{self.seconds:,.0f} s a month" if self.seconds else "",
        )
        return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed file of the project. before: None for a new file. after: None for a removed file."""

    path: str
    before: str | None
    after: str | None

    @property
    def diff(self) -> str:
        """The change as in `git diff`."""
        before, after = (self.before or "").splitlines(), (self.after or "").splitlines()
        of = "/dev/null" if self.before is None else f"a/{self.path}"
        to = "/dev/null" if self.after is None else f"b/{self.path}"
        return "\n".join(unified_diff(before, after, of, to, lineterm=""))


@dataclass(frozen=True)
class Proposal:
    """A proposed change to the model.

    subject: unique ids or `unique_id.column`, in a stable order. meaning: distinguishes proposals of the same kind and
    subject, for example the fingerprint of a sub-query; a different meaning is a different proposal with another id.
    title: one line. risk: what could go wrong, as a sentence. edits: the exact change, empty if it cannot be applied
    automatically. provable: whether building before and after can prove that no other data changes. ask: the people to
    talk to.
    """

    kind: ProposalKind
    subject: tuple[str, ...]
    title: str
    evidence: tuple[Evidence, ...]
    meaning: str = ""
    gain: Gain = field(default_factory=Gain)
    risk: str = ""
    edits: tuple[Edit, ...] = ()
    provable: bool = False
    ask: tuple[str, ...] = ()

    @property
    def by_hand(self) -> str:
        """Why the change cannot be applied automatically, and what to do; empty where it can."""
        return "" if self.edits else _BY_HAND[self.kind]

    @property
    def id(self) -> str:
        """Stable while kind, subject and meaning are: `extract-1f0c22`. Unique ids have the name of the dbt project."""
        return self._id(lambda text: text)

    def id_before(self, renamed: str, to: str) -> str:
        """The id that it had before the dbt project `renamed` was renamed; not that of a fingerprint of names."""
        own = re.compile(rf"(?<![\w.])(\w+)\.{re.escape(to)}\.")
        return self._id(lambda text: own.sub(rf"\1.{renamed}.", text))

    def _id(self, spelled: Callable[[str], str]) -> str:
        identity = "\x1f".join((self.kind, *map(spelled, self.subject), "", spelled(self.meaning)))
        return f"{self.kind}-{hashlib.sha256(identity.encode()).hexdigest()[:6]}"


@dataclass(frozen=True)
class Dismissal:
    """A dismissed proposal. because: the reason. who: decided it, empty if git has no user name.

    project: the name that the dbt project had then, which is part of the id; empty in entries of older versions.
    """

    id: str
    title: str
    because: str
    date: date
    who: str = ""
    project: str = ""

    @property
    def decision(self) -> str:
        """When it was dismissed, by whom and why, in a line."""
        return f"dismissed on {self.date}{f' by {self.who}' if self.who else ''}: {self.because}"

    def is_of(self, proposal: Proposal, project: str) -> bool:
        """Whether it dismisses a proposal. project: the name of the dbt project now.

        Where that was renamed, fingerprints are others too, so that the title of a proposal counts as well.
        """
        if self.id == proposal.id:
            return True
        if not self.project or self.project == project or not self.id.startswith(f"{proposal.kind}-"):
            return False
        return self.title == proposal.title or self.id == proposal.id_before(self.project, project)


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}" if number else ""


# Version of the JSON form of the values below; other versions are not read.
FORM = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal without its edits, and their diff; empty if it cannot be applied automatically."""

    proposal: Proposal
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Evolution:
    """Stored proposals. found_at: UTC. manifest_at: when dbt wrote the manifest that was read, ISO 8601.

    found: best first. kept: dismissed; past: dismissed, and no longer proposed. unknown: what could not be determined,
    and why.
    """

    form: int
    found_at: datetime
    manifest_at: str
    found: tuple[Found, ...] = ()
    kept: tuple[Dismissal, ...] = ()
    past: tuple[Dismissal, ...] = ()
    unknown: tuple[str, ...] = ()


class Standing(StrEnum):
    """The result of a proof for one relation."""

    EQUAL = "equal"
    DIFFERS = "differs"
    UNPROVABLE = "unprovable"
    NEW = "new"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """A column that was added, removed or changed. before, after: its type, None if it does not exist."""

    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class DifferingRow:
    """An example row. key: its key; without a key, the columns that may be shown.

    side: `before` or `after` if the row exists only there, else `both`. values: of the columns that differ, before and
    after. All values are text; None is null, and values of restricted columns are masked.
    """

    key: Mapping[str, str | None]
    side: str
    values: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowsCompared:
    """Two tables, row by row.

    key: the columns that match rows; empty if the tables were compared as multisets. before, after: numbers of rows.
    only_before, only_after: rows without a counterpart. changed: keys with different values. differing: number of such
    keys by column. columns: added, removed or of another type. notes: differences that are not differences of data.
    """

    before: int
    after: int
    key: tuple[str, ...] = ()
    only_before: int = 0
    only_after: int = 0
    changed: int = 0
    differing: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[ChangedColumn, ...] = ()
    examples: tuple[DifferingRow, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether both have the same rows with the same columns, in any order."""
        return not (self.only_before or self.only_after or self.changed or self.columns)


@dataclass(frozen=True, slots=True)
class RelationProof:
    """The proof of one relation. name: `schema.identifier` after the change; was: its earlier name, if different.

    reason: why it cannot be proven, or another remark. rows: None if nothing was compared. failed: whether it could not
    be built after the change.
    """

    name: str
    standing: Standing
    unique_id: str
    reason: str = ""
    was: str | None = None
    rows: RowsCompared | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of every relation that a change affects. before, after: the names of the two states.

    tolerance: largest difference between equal floats, relative to the larger one. left_out: affected relations that
    were not selected.
    """

    before: str
    after: str
    tolerance: float
    relations: tuple[RelationProof, ...]
    left_out: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether no relation differs or is unprovable."""
        return not (self.of(Standing.DIFFERS) or self.of(Standing.UNPROVABLE))

    @property
    def builds(self) -> bool:
        """Whether every relation could be built after the change."""
        return not any(each.failed for each in self.relations)

    def of(self, standing: Standing) -> tuple[RelationProof, ...]:
        """The relations with this result."""
        return tuple(each for each in self.relations if each.standing is standing)
