"""Simplify: models that add nothing, and views on views that are queried often."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from ribbon.evolve.edit_yaml import YamlText, declaring_model
from ribbon.evolve.evidence.dependents import owners_of
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import Edit, Evidence, Gain, Layer, Proposal, ProposalKind, RelationUsage
from ribbon.sql.canonical import from_json

__all__ = ["bypass", "find_busy_views", "find_idle_models"]


def find_idle_models(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each chain of models that only select columns of one relation, for one reader."""
    idle = {key for key in seen.own if _adds_nothing(seen, key)}
    for key in sorted(idle):
        if seen.nodes.nodes[key].parents[0] not in idle:
            yield _idle_chain(seen, _chain(seen, key, idle))


def _adds_nothing(seen: ProjectEvidence, key: str) -> bool:
    """Whether it selects columns of a warehouse relation unchanged, perhaps renamed, for one reader."""
    node, reading = seen.nodes.nodes[key], seen.logic.readings.get(key)
    if node.layer is not Layer.WAREHOUSE or node.resource_type != "model" or not reading or reading.unread:
        return False
    is_plain = reading.queries[-1].bare and len(node.parents) == 1
    exposed = any(key in use.depends_on for use in seen.nodes.exposures)
    if not is_plain or exposed or seen.coverage.is_queried(key) or len(seen.project.children(key)) != 1:
        return False
    parent = seen.nodes.nodes.get(node.parents[0])
    return parent is not None and parent.layer is Layer.WAREHOUSE and parent.resource_type != "snapshot"


def _chain(seen: ProjectEvidence, first: str, idle: set[str]) -> tuple[str, ...]:
    chain = [first]
    while (reader := seen.project.children(chain[-1])[0]) in idle:
        chain.append(reader)
    return tuple(chain)


def _parent(seen: ProjectEvidence, node: ProjectNode) -> str:
    return seen.nodes.nodes[node.parents[0]].name


def _idle_chain(seen: ProjectEvidence, chain: tuple[str, ...]) -> Proposal:
    nodes = [seen.nodes.nodes[key] for key in chain]
    source = seen.nodes.nodes[nodes[0].parents[0]]
    reader = seen.nodes.nodes[seen.project.children(chain[-1])[0]]
    names = ", ".join(node.name for node in nodes)
    edits = bypass(seen, chain)
    lines = sum(len((seen.text(node.file) or "").splitlines()) for node in nodes)
    return Proposal(
        kind=ProposalKind.SIMPLIFY,
        subject=chain,
        meaning="adds nothing",
        title=f"{names}: adds nothing to {source.name}, which {reader.label} can read directly",
        evidence=tuple(
            Evidence(node.file, f"only selects columns of {seen.nodes.nodes[node.parents[0]].name}, for one reader")
            for node in nodes
        ),
        gain=Gain(use_cases=1, lines=lines),
        risk="Its expectations are deleted with it; move those that its parent lacks.",
        edits=edits,
        provable=bool(edits),
        ask=owners_of(seen, reader.unique_id),
    )


# Words that may follow a relation and are no alias.
CLAUSES = frozenset(
    [
        "as",
        "on",
        "using",
        "where",
        "group",
        "order",
        "having",
        "qualify",
        "limit",
        "union",
        "except",
        "intersect",
        "inner",
        "left",
        "right",
        "full",
        "cross",
        "natural",
        "join",
        "asof",
        "semi",
        "anti",
        "positional",
        "window",
        "tablesample",
    ]
)


def bypass(seen: ProjectEvidence, chain: Sequence[str]) -> tuple[Edit, ...]:
    """The reader of a chain of models, reading past them, and their files deleted.

    Empty where that cannot be done automatically.
    """
    node = seen.nodes.nodes[chain[-1]]
    reader = seen.nodes.nodes[seen.project.children(chain[-1])[0]]
    text, gone = seen.text(reader.file), [_deleted_files(seen, model) for model in chain]
    if text is None or None in gone or any(seen.declared.words_of_tests_reading(model) for model in chain):
        return ()
    changed = _read_past(text, node.name, _parent_sql(seen, chain))
    if changed is None:
        return ()
    return (Edit(reader.file, text, changed), *(edit for edits in gone for edit in edits or ()))


def _parent_sql(seen: ProjectEvidence, chain: Sequence[str]) -> str:
    """What replaces the models: the relation that the first one reads, with the column names of the last one."""
    relation = f"{{{{ ref('{seen.nodes.nodes[seen.nodes.nodes[chain[0]].parents[0]].name}') }}}}"
    taken = _taken(seen, chain[-1])
    for model in reversed(chain[:-1]):
        below = _taken(seen, model)
        taken = {name: below[column] for name, column in taken.items()}
    if all(column == name for name, column in taken.items()):
        return relation
    items = ", ".join(column if column == name else f"{column} as {name}" for name, column in taken.items())
    return f"(select {items} from {relation})"  # noqa: S608 - SQL of a model, from its own SQL


def _taken(seen: ProjectEvidence, model: str) -> dict[str, str]:
    """The columns that a model selects, by the names that it gives them."""
    outputs = seen.logic.readings[model].queries[-1].logic.outputs
    return {output.name: str(from_json(output.term)[2]) for output in outputs}


def _read_past(text: str, model: str, instead: str) -> str | None:
    call = re.compile(
        r"\{\{-?\s*ref\(\s*['\"]" + re.escape(model) + r"['\"]\s*\)\s*-?\}\}(\s+(?:as\s+)?(\w+))?", re.IGNORECASE
    )
    found = list(call.finditer(text))
    if not found or any(text[: match.start()].rstrip().endswith("depends_on:") for match in found):
        return None
    return call.sub(lambda match: _past_relation(match, model, instead), text)


def _past_relation(match: re.Match[str], model: str, instead: str) -> str:
    """The new relation with the alias of the old one, or with its name as alias, because columns may use it."""
    after = match[1] or ""
    alias = "" if (match[2] or "").lower() not in CLAUSES | {""} else f" as {model}"
    return f"{instead}{alias}{after}"


def _deleted_files(seen: ProjectEvidence, model: str) -> tuple[Edit, ...] | None:
    """All files of a model, deleted; None where its contract declares other models too."""
    node, declared = seen.nodes.nodes[model], seen.declared.node(model)
    paths = [node.file]
    if declared.contract:
        yaml = YamlText(seen.text(declared.contract) or "")
        if len(yaml.items("models")) != 1:
            return None
        paths.append(declared.contract)
    page = str(PurePosixPath("docs", *PurePosixPath(node.file).parts[1:]).with_suffix(".md"))
    if seen.text(page) is not None:
        paths.append(page)
    return tuple(Edit(path, seen.text(path), None) for path in paths)


DAYS_OF_A_MONTH = 30
VIEW = re.compile(r"(config\([^)]*materialized\s*=\s*)(['\"])view\2")


def find_busy_views(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each view on views that many queries compute again and again."""
    if not seen.coverage.days:
        return
    for usage in seen.usage.by_relation():
        stack = _view_stack(seen, usage.relation) if usage.relation in seen.own else ()
        queries, seconds = _a_month(seen, usage)
        if len(stack) > 1 and queries >= seen.thresholds.view_queries and seconds >= seen.thresholds.view_seconds:
            yield _busy_view(seen, stack, (queries, seconds))


def _view_stack(seen: ProjectEvidence, key: str) -> tuple[str, ...]:
    """A view and the views below it, the lowest first; empty if it is no view."""
    node = seen.nodes.nodes.get(key)
    if node is None or node.materialized != "view":
        return ()
    return (*max((_view_stack(seen, parent) for parent in node.parents), key=len, default=()), key)


def _a_month(seen: ProjectEvidence, usage: RelationUsage) -> tuple[float, float]:
    first, last = seen.coverage.days or (seen.today, seen.today)
    months = max((last - first).days + 1, DAYS_OF_A_MONTH) / DAYS_OF_A_MONTH
    return usage.queries / months, usage.seconds / months


def _busy_view(seen: ProjectEvidence, stack: tuple[str, ...], load: tuple[float, float]) -> Proposal:
    node, (queries, seconds) = seen.nodes.nodes[stack[-1]], load
    below = ", ".join(seen.nodes.nodes[key].name for key in stack[:-1])
    edits = _materialized_edits(seen, stack[-1])
    return Proposal(
        kind=ProposalKind.SIMPLIFY,
        subject=stack,
        meaning="materialize",
        title=f"{node.label}: a view on {below}, queried {queries:,.0f} times a month; make it a table",
        evidence=(Evidence("the query logs", f"{queries:,.0f} queries a month take {seconds:,.0f} seconds"),),
        gain=Gain(use_cases=1, seconds=seconds, queries=round(queries)),
        risk="A table is as old as its last build; a view is as current as what it reads.",
        edits=edits,
        provable=bool(edits),
        ask=owners_of(seen, stack[-1]),
    )


def _materialized_edits(seen: ProjectEvidence, key: str) -> tuple[Edit, ...]:
    """In the SQL if it configures a view, else in the contract."""
    node, contract = seen.nodes.nodes[key], seen.declared.node(key).contract
    text = seen.text(node.file) or ""
    if VIEW.search(text):
        return (Edit(node.file, text, VIEW.sub(r"\1\2table\2", text)),)
    yaml = seen.text(contract) if contract else None
    changed = declaring_model(yaml, node.name).with_config("materialized", "table") if yaml else None
    return (Edit(contract, yaml, changed.text),) if contract and changed else ()
