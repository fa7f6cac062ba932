"""Retire what nobody queries: relations step by step, columns of marts, files of disabled models.

A relation is retired in steps: declare a date, warn its readers, disable it, delete its files. The project as it is
says which step is next, and each step can be reverted by reverting its edit.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

from ribbon.evolve.edit_yaml import ContractText, YamlText, declaring_model, declaring_source, without_relation
from ribbon.evolve.evidence.declarations import DisabledModel
from ribbon.evolve.evidence.dependents import QUERYING, goes_with, owners_of, unused_relations
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.lineage import LineageNode
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import ColumnName, Edit, Evidence, Gain, Layer, Proposal, ProposalKind

__all__ = ["find_disabled_models", "find_unused_columns", "find_unused_relations"]

RETIRABLE = frozenset({"model", "snapshot", "source"})

# How a warning in a description starts.
WARNING = "Deprecated"

Change = Callable[[ContractText], ContractText | None]


@dataclass(frozen=True)
class RetireStep:
    """The next step. name: part of the proposal's meaning. title: what it does, after the relation's name."""

    name: str
    title: str
    evidence: tuple[Evidence, ...] = ()
    edits: tuple[Edit, ...] = ()


def find_unused_relations(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each relation that nobody uses and nothing reads; what only it reads goes with it.

    Not for one that tests of another relation are held against, as a dimension is by the keys of a fact.
    """
    for key in unused_relations(seen):
        node = seen.own.get(key)
        if node is None or node.project.resource_type not in RETIRABLE or seen.project.children(key):
            continue
        if key in seen.project.tests.held_against:
            continue
        if _is_covered(seen, node) and (proposal := _unused_relation(seen, node)):
            yield proposal


def _is_covered(seen: ProjectEvidence, node: LineageNode) -> bool:
    """Whether the logs would show its use. Few people query the warehouse by name, so there all logs count."""
    return node.project.layer is not Layer.MART or seen.coverage.covers(node)


def _unused_relation(seen: ProjectEvidence, node: LineageNode) -> Proposal | None:
    key = node.project.unique_id
    step = next_step(seen, node.project)
    if step is None:
        return None
    others = goes_with(seen, key)
    own = [each for each in others if each in seen.own and each.startswith("model.")]
    lines = sum(len((seen.text(seen.nodes.nodes[each].file) or "").splitlines()) for each in _models((key, *others)))
    return Proposal(
        kind=ProposalKind.RETIRE,
        subject=(key, *own),
        meaning=step.name,
        title=f"{_named(node, own)}: {step.title}",
        evidence=(*_unused_evidence(seen, node, others), *step.evidence),
        gain=Gain(lines=lines),
        risk=_risk(seen),
        edits=(*step.edits, *_edits_of(seen, own, step)),
        ask=owners_of(seen, key),
    )


def _named(node: LineageNode, others: list[str]) -> str:
    return f"{node.project.label} and {len(others):,} that only it reads" if others else node.project.label


def _edits_of(seen: ProjectEvidence, others: Iterable[str], step: RetireStep) -> Iterator[Edit]:
    """The same step for what goes with it, where that is its next one too."""
    for key in others:
        own = next_step(seen, seen.own[key].project)
        if own and own.name == step.name:
            yield from own.edits


def _unused_evidence(seen: ProjectEvidence, node: LineageNode, others: tuple[str, ...]) -> Iterator[Evidence]:
    key, coverage = node.project.unique_id, seen.coverage
    last = coverage.last_queried(key)
    if coverage.days:
        queried = f"last queried on {last}" if last else "never queried"
        yield Evidence(
            "the query logs",
            f"{queried}, from {coverage.days[0]} to {coverage.days[1]};"
            f" {coverage.understood_share:.0%} of the queries are understood",
        )
    yield Evidence(node.project.file, f"exists since {coverage.cutoff} or longer; nothing is built from it")
    for exposure in seen.nodes.exposures:
        if key in exposure.depends_on:
            yield Evidence(f"exposure {exposure.name}", f"{exposure.label} ({exposure.type}) declares that it reads it")
    if others:
        named = ", ".join(seen.nodes.nodes[other].label for other in others)
        yield Evidence("lineage", f"nothing else reads and nobody queries: {named}")


def _risk(seen: ProjectEvidence) -> str:
    risk = "Somebody may read it in a way that no imported log shows, or once a year."
    if seen.coverage.days and (silent := (seen.today - seen.coverage.days[1]).days) > seen.thresholds.notice_days:
        risk += f" The logs end {silent:,} days ago."
    return risk


def _models(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if not key.startswith("source.")]


def next_step(seen: ProjectEvidence, node: ProjectNode) -> RetireStep | None:
    """The next step of a built relation; None while its readers have been warned and its date is ahead."""
    if node.resource_type == "source":
        return _undeclare(seen, node)
    if node.resource_type != "model":  # only models have a deprecation date in dbt
        return RetireStep("ask", f"nobody queries this {node.resource_type}")
    declared = seen.declared.node(node.unique_id)
    if not declared.deprecation_date:
        return _declare(seen, node)
    goes_on = date.fromisoformat(declared.deprecation_date[:10])
    if goes_on <= seen.today:
        return _set_aside(seen, node, goes_on)
    return None if WARNING.casefold() in (declared.description or "").casefold() else _warn(seen, node, goes_on)


def _undeclare(seen: ProjectEvidence, node: ProjectNode) -> RetireStep:
    """A source has no readers to warn. A disabled one is neither landed nor shown; what has landed stays."""
    path, before = node.file, seen.text(node.file)
    changed = declaring_source(before, str(node.system), node.name).with_config("enabled", "false") if before else None
    edits = (Edit(path, before, changed.text),) if changed else ()
    return RetireStep("set aside", "nobody queries it and no model reads it; stop landing it", edits=edits)


def _declare(seen: ProjectEvidence, node: ProjectNode) -> RetireStep:
    goes_on = seen.today + timedelta(days=seen.thresholds.notice_days)
    edits = _contract_edits(seen, node, lambda contract: contract.with_key("deprecation_date", goes_on.isoformat()))
    return RetireStep("declare", f"nobody queries it; declare that it is removed on {goes_on}", edits=tuple(edits))


def _warn(seen: ProjectEvidence, node: ProjectNode, goes_on: date) -> RetireStep:
    why = Evidence(node.file, f"its deprecation_date is {goes_on}, and its description does not warn readers")
    edits = _contract_edits(seen, node, lambda contract: _warned(contract, goes_on))
    return RetireStep("warn", f"it is removed on {goes_on}; warn its readers", (why,), tuple(edits))


def _warned(contract: ContractText, goes_on: date) -> ContractText | None:
    warning = f"{WARNING}, goes on {goes_on}."
    return contract.with_description_start(warning) or contract.with_key("description", warning)


def _set_aside(seen: ProjectEvidence, node: ProjectNode, goes_on: date) -> RetireStep:
    why = Evidence(node.file, f"its deprecation_date was {goes_on}")
    edits = [
        *_contract_edits(seen, node, lambda contract: contract.with_config("enabled", "false")),
        *_exposure_edits(seen, node),
    ]
    return RetireStep("set aside", f"its date, {goes_on}, has passed; stop building it", (why,), tuple(edits))


def _contract_edits(seen: ProjectEvidence, node: ProjectNode, change: Change) -> Iterator[Edit]:
    path = seen.declared.node(node.unique_id).contract
    before = seen.text(path) if path else None
    changed = change(declaring_model(before, node.name)) if path and before is not None else None
    if path and changed:
        yield Edit(path, before, changed.text)


def _exposure_edits(seen: ProjectEvidence, node: ProjectNode) -> Iterator[Edit]:
    """Exposures without the model: they must not name what is not built."""
    changed: dict[str, str] = {}
    for exposure in seen.nodes.exposures:
        if node.unique_id in exposure.depends_on:
            declared = seen.declared.exposure(exposure.unique_id)
            path = declared.original_file_path
            text = changed.get(path) or seen.text(path)
            after = without_relation(text, declared.name, node.name) if text else None
            if after:
                changed[path] = after
    yield from (Edit(path, seen.text(path), text) for path, text in changed.items())


# Of a mart with fewer queries, too little is known about its columns.
QUERIES = 30


def find_unused_columns(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each mart with columns that nobody queries; keys and tested columns are left out."""
    if seen.coverage.insufficient:
        return
    queries = {each.relation: each.queries for each in seen.usage.by_relation()}
    unseen = {key for use in seen.nodes.exposures if use.type not in QUERYING for key in use.depends_on}
    for key, node in seen.own.items():
        is_queried = seen.coverage.is_queried(key) and queries.get(key, 0) >= QUERIES
        if node.project.layer is Layer.MART and is_queried and key not in unseen and not _is_read_in_doubt(seen, key):
            columns = tuple(_unused_names(seen, node))
            if columns:
                yield _unused_columns(seen, node, columns)


def _is_read_in_doubt(seen: ProjectEvidence, key: str) -> bool:
    """Whether a reader is not fully understood."""
    return any(seen.graph.nodes[reader].unresolved for reader in seen.project.children(key))


def _unused_names(seen: ProjectEvidence, node: LineageNode) -> Iterator[str]:
    key, cutoff = node.project.unique_id, seen.coverage.cutoff
    queried, needed = seen.coverage.queried_columns(key), _needed(seen, key)
    for name in node.columns or ():
        column = ColumnName(key, name)
        if name.startswith("_") or name.casefold() in queried | needed:
            continue
        if seen.graph.readers(column) or seen.graph.row_readers(column):
            continue
        if cutoff and seen.ages.column_was_there(key, name, cutoff):
            yield name


def _needed(seen: ProjectEvidence, key: str) -> frozenset[str]:
    """The columns that identify rows, and those that a test about several columns names."""
    found = set(seen.declared.words_of_tests_reading(key))
    for test in seen.project.tests.of(key):
        arguments = test.test_metadata.kwargs if test.test_metadata else {}
        if test.test_metadata and test.test_metadata.name == "unique" and test.column_name:
            found.add(test.column_name.casefold())
        listed = (value for name, value in arguments.items() if isinstance(value, list) and name != "value_set")
        found.update(str(each).casefold() for value in listed for each in value)
    return frozenset(found)


def _unused_columns(seen: ProjectEvidence, node: LineageNode, columns: tuple[str, ...]) -> Proposal:
    key, coverage = node.project.unique_id, seen.coverage
    of = f"{len(columns):,} of {len(node.columns or ()):,} columns"
    days = f"from {coverage.cutoff} to {coverage.days[1]}" if coverage.days else ""
    return Proposal(
        kind=ProposalKind.RETIRE,
        subject=tuple(f"{key}.{column}" for column in columns),
        meaning="columns",
        title=f"{node.project.label}: nobody queries {of}; drop them, or say who needs them",
        evidence=(
            Evidence("the query logs", f"no query {days} uses {', '.join(columns)}; other columns are queried"),
            Evidence("lineage", "nothing depends on them"),
        ),
        risk="A reader of an export, or a query that no imported log shows, may need one.",
        ask=owners_of(seen, key),
    )


def find_disabled_models(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each model that was disabled at its deprecation date, long enough ago to delete its files."""
    for model in seen.declared.disabled_models():
        contract, text = _declaring_file(seen, model)
        goes_on = _day(YamlText(text or "").value("models", ("name", model.name), "deprecation_date"))
        notice = timedelta(days=seen.thresholds.notice_days)
        if goes_on and seen.today >= goes_on + notice and not _is_missed(seen, model, goes_on):
            yield _deleted(model, goes_on, tuple(_deletions(seen, model, contract)))


def _declaring_file(seen: ProjectEvidence, model: DisabledModel) -> tuple[str, str | None]:
    """The file that declares it: where dbt says, else the mirror of its SQL, else beside the SQL."""
    mirror = PurePosixPath("expectations", *PurePosixPath(model.original_file_path).parts[1:]).with_suffix(".yml")
    beside = PurePosixPath(model.original_file_path).with_suffix(".yml")
    recorded = (model.patch_path or "").split("://")[-1]
    for path in filter(None, (recorded, str(mirror), str(beside))):
        text = seen.text(path)
        if text and YamlText(text).has("models", ("name", model.name)):
            return path, text
    return "", None


def _is_missed(seen: ProjectEvidence, model: DisabledModel, since: date) -> bool:
    """Whether anybody has queried its table since. The project no longer knows it, so by the name in the SQL."""
    ends = f"{model.schema or ''}.{model.alias or model.name}".casefold()
    queried = (each for each in seen.usage.by_relation() if f".{each.relation.casefold()}".endswith(f".{ends}"))
    return any(each.last is None or each.last.date() >= since for each in queried)


def _deleted(model: DisabledModel, goes_on: date, edits: tuple[Edit, ...]) -> Proposal:
    lines = sum(len((edit.before or "").splitlines()) for edit in edits if edit.path.endswith(".sql"))
    return Proposal(
        kind=ProposalKind.RETIRE,
        subject=(model.unique_id,),
        meaning="delete",
        title=f"{model.name}: not built since {goes_on}, and nobody queried it since; delete its files",
        evidence=(Evidence(model.original_file_path, f"is disabled, and its deprecation_date was {goes_on}"),),
        gain=Gain(lines=lines),
        risk="Its table stays in the database until somebody drops it.",
        edits=edits,
    )


def _deletions(seen: ProjectEvidence, model: DisabledModel, contract: str) -> Iterator[Edit]:
    sql = seen.text(model.original_file_path)
    if sql is None:
        return
    yield Edit(model.original_file_path, sql, None)
    declared = seen.text(contract) if contract else None
    if declared:
        yaml = YamlText(declared)
        alone = len(yaml.items("models")) == 1
        after = None if alone else yaml.without_item("models", item=("name", model.name)).text
        yield Edit(contract, declared, after)
    page = str(PurePosixPath("docs", *PurePosixPath(model.original_file_path).parts[1:]).with_suffix(".md"))
    documented = seen.text(page)
    if documented is not None:
        yield Edit(page, documented, None)


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None
