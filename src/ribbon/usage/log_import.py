"""Importing query logs: read, deduplicated, analysed, stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.lineage.scheduling import Progress
from ribbon.model import LoggedQuery, Reading, UseRole
from ribbon.processes import collecting_rarely
from ribbon.usage.formats import FORMATS
from ribbon.usage.known import KnownProject
from ribbon.usage.log_files import Log, read_log
from ribbon.usage.store import Meaning, StoredQuery, imported_calls, write_import

__all__ = ["Imported", "Options", "import_usage", "read_logs"]


@dataclass(frozen=True)
class Options:
    """How logs are read. columns: the files' columns by those of a plain log.

    dialect, use_case: for all queries, whatever the log says.
    """

    format_name: str | None = None
    use_case: str | None = None
    drop_literals: bool = False
    dialect: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """The result of an import. new, raised, known: queries; raised are totals that have grown since the last import.

    readings: of new and raised queries. unknown: relations that the project does not have, by name, with the number of
    queries.
    """

    logs: tuple[Log, ...]
    new: int
    raised: int
    known: int
    readings: Mapping[Reading, int]
    reasons: Mapping[str, int]
    unknown: Mapping[str, int]
    folder: Path | None


@collecting_rarely()
def read_logs(files: Sequence[Path], options: Options) -> tuple[Log, ...]:
    """Read every file before anything is stored: if one cannot be read, nothing is imported."""
    return tuple(read_log(file, options.format_name, options.columns) for file in files)


@collecting_rarely()
def import_usage(
    project: ProjectPaths, known: KnownProject, logs: Sequence[Log], options: Options, progress: Progress
) -> Imported:
    """Store the new queries of logs. progress: gets how many SQL texts are analysed, of how many.

    Raises ConfigError for an unknown dialect, WorldError where nothing can be written; then nothing is stored.
    """
    read = [query for log in logs for query in log.queries]
    once = _once(read)
    before = imported_calls(project.usage_dir, once)
    news = [query for place, query in enumerate(once) if query.calls > before.get(place, -1)]
    raised = sum(place in before and query.calls > before[place] for place, query in enumerate(once))
    stored = _understood(news, known, options, progress)
    folder = write_import(project.usage_dir, stored, datetime.now(UTC)) if stored else None
    return Imported(
        logs=tuple(logs),
        new=len(news) - raised,
        raised=raised,
        known=len(read) - len(news),
        readings=Counter(each.meaning.statement.reading for each in stored),
        reasons=Counter(reason for each in stored for reason in each.meaning.statement.reasons),
        unknown=_unknown(stored, known),
        folder=folder,
    )


def _once(queries: Sequence[LoggedQuery]) -> list[LoggedQuery]:
    """Each query once; of totals that were read twice, the later one."""
    found: dict[tuple[str, str], LoggedQuery] = {}
    for query in queries:
        key = query.log, query.id
        if key not in found or query.calls > found[key].calls:
            found[key] = query
    return list(found.values())


def _understood(
    queries: Sequence[LoggedQuery], known: KnownProject, options: Options, progress: Progress
) -> list[StoredQuery]:
    """Each query with its meaning, and with the use case from the options, the log or its marts."""
    from ribbon.usage.analysis import Text, understand  # noqa: PLC0415 - imports sqlglot, which `ribbon --help` does without

    texts = [Text(query.sql, _dialect(query, known, options), query.tables) for query in queries]
    understood = understand(known, texts, options.drop_literals, progress)
    meanings = {meaning.id: meaning for _, meaning in understood.values()}
    by_marts = {key: _use_case(meaning, known) for key, meaning in meanings.items()}
    return [
        StoredQuery(query, options.use_case or query.use_case or by_marts[meaning.id], sql, meaning)
        for query, (sql, meaning) in zip(queries, (understood[text] for text in texts), strict=True)
    ]


def _dialect(query: LoggedQuery, known: KnownProject, options: Options) -> str:
    of_format = next(each.dialect for each in FORMATS if each.name == query.log)
    return options.dialect or of_format or known.dialect


def _use_case(meaning: Meaning, known: KnownProject) -> str | None:
    """The use case of the marts that are read, if they have the same one."""
    read = {known.use_cases.get(use.relation) for use in meaning.statement.uses} - {None}
    return read.pop() if len(read) == 1 else None


def _unknown(stored: Sequence[StoredQuery], known: KnownProject) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in stored:
        for use in each.meaning.statement.uses:
            if use.role is UseRole.READ and use.relation not in known.graph.nodes:
                found[use.relation] += each.query.calls
    return found
