"""Generates the handbook's page of expectations from the macros: `make reference`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Entry", "read_vocabulary", "render_signatures", "render_vocabulary"]

HEADER = (Path(__file__).parent / "vocabulary_page.md").read_text(encoding="utf-8")

DOC = re.compile(r"\A\{#-(.*?)-#\}", re.DOTALL)
MEASURE = re.compile(r"\{% macro default__measure_(\w+)\((.*?)\) -%\}", re.DOTALL)
PART = re.compile(r"\b(Arguments|Example|Oracle): ")

# What an expectation's macro calls if SQL cannot express it.
LANDING_MACRO = "_measured_at_the_door(on)"

# Titles in the order of the page. The first pattern that matches the name decides; LANDING comes before all.
LANDING, DBTS_OWN = "Only at landing", "dbt's own"
GROUPS = {
    "Order": r"expect_column_values_to_be_(in|de)creasing",
    "History": r".*_near_history",
    "The distribution of a column": (
        r"expect_column_(max|min|mean|median|stdev|sum|quantile|kl|distinct|most_common|unique|proportion|value_z)"
        r"|.*_outliers"
    ),
    "Pairs of columns": r"expect_column_pair_",
    "Several columns": r"expect_(multicolumn|compound|select)_|expect_grain",
    "Rows of a column": r"expect_column_value",
    "The table": r"",
}
ORDER = (
    "Rows of a column",
    "Pairs of columns",
    "Several columns",
    "The table",
    "The distribution of a column",
    "Order",
    "History",
    DBTS_OWN,
    LANDING,
)

DBT_DOCS = {
    "not_null": ("No value is null.", "{not_null: {}}"),
    "unique": ("No two rows share a value. Nulls are ignored. Failures count values, not rows.", "{unique: {}}"),
    "accepted_values": (
        "Every value is one of `values`. Nulls are ignored. Failures count values, not rows.\n"
        "Arguments: quote (false compares the values as SQL, not as text).",
        "{accepted_values: {arguments: {values: [open, closed]}}}",
    ),
    "relationships": (
        "Every value occurs in `field` of another relation. Nulls are ignored.\n"
        "Arguments: to (a ref() or source()), field (its column).",
        "{relationships: {arguments: {to: ref('dim_store'), field: store_id}}}",
    ),
}


@dataclass(frozen=True)
class Entry:
    """An expectation as its macro file describes it. arguments: its signature, with defaults."""

    name: str
    group: str
    meaning: str
    notes: str
    example: str
    oracle: str
    arguments: tuple[str, ...]


def read_vocabulary(macros: Path) -> list[Entry]:
    """Every expectation in a folder of macros, by name. Raises ValueError if a file lacks its description."""
    files = sorted(path for path in macros.glob("*.sql") if not path.name.startswith("_"))
    own = (macros / "_dbts_own.sql").read_text(encoding="utf-8")
    return [*(_read(path) for path in files), *_dbts_own(own)]


def render_vocabulary(entries: list[Entry]) -> str:
    """The page in Markdown."""
    lines = [HEADER]
    for title in ORDER:
        members = [entry for entry in entries if entry.group == title]
        lines.append(f"## {title}\n")
        lines += [_section(entry) for entry in members]
    return "\n".join(lines)


def _read(path: Path) -> Entry:
    text = path.read_text(encoding="utf-8")
    doc = DOC.match(text)
    signature = next((found for found in MEASURE.finditer(text) if found[1] == path.stem), None)
    if doc is None or signature is None:
        raise ValueError(f"{path}: the doc comment or the macro default__measure_{path.stem} is missing. Write both.")
    first, *rest = PART.split(" ".join(doc[1].split()))
    parts = dict(zip(rest[::2], (part.strip() for part in rest[1::2]), strict=True))
    missing = {"Example", "Oracle"} - set(parts)
    if missing:
        raise ValueError(f"{path}: its doc comment has no {' and no '.join(sorted(missing))}. Add it.")
    return Entry(
        name=path.stem,
        group=LANDING if LANDING_MACRO in text else _group(path.stem),
        meaning=first.strip(),
        notes=parts.get("Arguments", ""),
        example=parts["Example"],
        oracle=parts["Oracle"].removesuffix("."),
        arguments=_arguments(signature[2]),
    )


def _group(name: str) -> str:
    return next(title for title, regex in GROUPS.items() if re.match(regex, name))


def _dbts_own(text: str) -> Iterator[Entry]:
    for found in MEASURE.finditer(text):
        doc, example = DBT_DOCS[found[1]]
        meaning, _, notes = doc.partition("\nArguments: ")
        arguments = tuple(each for each in _arguments(found[2]) if not each.startswith(("keep", "order_by")))
        yield Entry(found[1], DBTS_OWN, meaning, notes, example, "hand-written cases", arguments)


def _arguments(signature: str) -> tuple[str, ...]:
    """The arguments of a macro without `on`. A comma inside the brackets of a default does not separate."""
    parts = re.split(r",\s*(?![^\[({]*[\])}])", " ".join(signature.split()))
    return tuple(argument.strip() for argument in parts if argument.strip() not in {"", "on"})


def _section(entry: Entry) -> str:
    name, _, body = entry.example.strip()[1:-1].partition(": ")
    written = f"- {name}" if body == "{}" else f"- {name}: {body}"
    lines = [f"### {entry.name}\n", f"{entry.meaning}\n", f"    {', '.join(entry.arguments)}\n"]
    if entry.notes:
        lines.append(f"Arguments: {entry.notes}\n")
    return "\n".join([*lines, f"```yaml\n{written}\n```\n", f"Tested against {entry.oracle}.\n"])


# Characters in a line of a macro.
LINE = 130

SIGNATURES = """\
{#- Written by `make reference` from the measures: the arguments that each needs, and after the bar what it takes
    besides. Not every dbt lets macros look that up. -#}
{% macro signatures() -%}
  {{ return({
"""


def render_signatures(folder: Path) -> str:
    """The macro that says which measures there are, and their arguments."""
    found = {}
    for path in sorted(folder.glob("*.sql")):
        for name, parameters in MEASURE.findall(path.read_text(encoding="utf-8")):
            found[name] = [parameter.strip() for parameter in parameters.split(",") if parameter.strip() != "on"]
    lines = []
    for name, parameters in sorted(found.items()):
        needs = [each for each in parameters if "=" not in each]
        takes = [each.partition("=")[0] for each in parameters if "=" in each]
        line = f"    '{name}': '{' '.join(needs)} | {' '.join(takes)}',\n"
        lines.append(line if len(line) <= LINE else line.replace(" | ", " | '\n      ~ '"))
    return SIGNATURES + "".join(lines) + "  }) }}\n{%- endmacro %}\n"
