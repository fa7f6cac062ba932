"""The edits of SQL that take a query out of models: its text for a model of its own, and what stands in its place."""

from collections.abc import Mapping, Sequence

from ribbon.sql.written import WrittenQuery, WrittenSql

__all__ = ["as_model", "selecting", "with_query_replaced"]

STEP = "    "


def as_model(written: WrittenSql, query: WrittenQuery, name: str, columns: Sequence[str] = ()) -> str | None:
    """The query with the CTEs that it is made from, as the text of a model; None where Jinja decides parts of it.

    columns: as the query names them; the model names them in lower case, as its contract does.
    """
    needed = [cte for cte in written.needed_by(written.named_in(query.body)) if cte.name != query.name]
    if any(written.is_decided((each.start, each.end)) for each in (*needed, query)) or _clashes(needed, name):
        return None
    pieces = [written.text[cte.start : cte.end].strip() for cte in needed]
    body = _indented(written.text[slice(*query.body)], STEP)
    return "with\n\n" + ",\n\n".join((*pieces, f"{name} as (\n{body}\n)")) + f"\n\n{_handed_on(name, columns)}\n"


def selecting(columns: Mapping[str, str], model: str) -> str:
    """A query of a model. columns: of the model, by the names that the query gives them, in order."""
    items = [source if source == name else f"{source} as {name}" for name, source in columns.items()]
    listed = ",\n".join(f"{STEP}{item}" for item in items)
    return f"select\n{listed}\nfrom {{{{ ref('{model}') }}}}"


def with_query_replaced(written: WrittenSql, query: WrittenQuery, instead: str) -> str | None:
    """The text with another query in the place of one, without the CTEs that nobody reads any more.

    None where Jinja decides what is there.
    """
    needed = written.needed_by(written.named_in(query.body))
    if any(written.is_decided((each.start, each.end)) for each in (*needed, query)):
        return None
    text = written.text
    kept = _kept(written, query, [cte.name for cte in needed])
    before = _indent(text, query)
    body = f"\n{_indented(instead, before + STEP)}\n{before}"
    pieces = [_replaced(text, (cte.start, cte.end), query, body) for cte in kept]
    if not written.ctes:
        return _replaced(text, (0, len(text)), query, body)
    head = text[: written.ctes[0].start] if pieces else text[: written.ctes[0].start].rstrip().removesuffix("with")
    rest = _replaced(text, (written.ctes[-1].end, len(text)), query, body)
    return head + ",".join(pieces) + (rest if pieces else rest.lstrip())


def _handed_on(name: str, columns: Sequence[str]) -> str:
    if all(column == column.lower() for column in columns):
        return f"select * from {name}"  # noqa: S608 - SQL of a model, from its own SQL
    items = (column if column == column.lower() else f"{column} as {column.lower()}" for column in columns)
    listed = ",\n".join(f"{STEP}{item}" for item in items)
    return f"select\n{listed}\nfrom {name}"


def _clashes(needed: Sequence[WrittenQuery], name: str) -> bool:
    return any(cte.name == name for cte in needed)


def _kept(written: WrittenSql, query: WrittenQuery, needed: Sequence[str]) -> list[WrittenQuery]:
    """All CTEs but those that the query alone was made from."""
    kept = list(written.ctes)
    for cte in reversed(written.ctes):
        if cte.name in needed and cte.name != query.name and cte.name not in _named(written, kept, query, cte):
            kept.remove(cte)
    return kept


def _named(
    written: WrittenSql, kept: Sequence[WrittenQuery], query: WrittenQuery, besides: WrittenQuery
) -> frozenset[str]:
    """What the text names without the body that goes, and without that of one CTE."""
    last = (written.ctes[-1].end, len(written.text))
    parts = [*(cte.body for cte in kept if cte not in (query, besides)), last]
    return written.named_in(*(piece for part in parts for piece in _around(part, query.body)))


def _around(part: tuple[int, int], gone: tuple[int, int]) -> list[tuple[int, int]]:
    if gone[1] <= part[0] or part[1] <= gone[0]:
        return [part]
    return [(part[0], gone[0]), (gone[1], part[1])]


def _replaced(text: str, part: tuple[int, int], query: WrittenQuery, body: str) -> str:
    """A part of the text with the body of the query replaced, if that is in it."""
    start, end = query.body
    if not (part[0] <= start and end <= part[1]):
        return text[slice(*part)]
    return text[part[0] : start] + body + text[end : part[1]]


def _indent(text: str, query: WrittenQuery) -> str:
    """The white space before the line in which the query's bracket is opened."""
    line = text[text.rfind("\n", 0, query.body[0]) + 1 : query.body[0]]
    return line[: len(line) - len(line.lstrip())]


def _indented(body: str, indent: str) -> str:
    """The lines with their own white space in front taken off, as far as all have it."""
    lines = body.strip("\n").rstrip().split("\n")
    later = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    common = min(later, default=0)
    return "\n".join(f"{indent}{line[common:]}" if line.strip() else "" for line in lines)
