"""The files of a new warehouse model, and of a new source table: SQL, contract, documentation page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ribbon.evolve.edit_yaml import YamlText
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.expectations.contract_yaml import flow, lines_of_test, scalar
from ribbon.expectations.suggestions import Written
from ribbon.model import Delivery, Edit, in_contract

__all__ = [
    "NewColumn",
    "NewModel",
    "SourceColumn",
    "SourceModel",
    "declare_source",
    "document_source",
    "free_name",
    "has_contracts",
    "has_pages",
    "model_files",
]

LOAD_COLUMNS = {"_batch_id": "string", "_loaded_at": "timestamp", "_source_file": "string"}

# The warehouse has no floats: docs/decisions/0004.
EXACT = "numeric(18, 6)"
FLOATS = frozenset({"double", "float", "real"})


@dataclass(frozen=True)
class NewColumn:
    """A column of a contract. data_type: as contracts write types. restricted: whether its values are never shown."""

    name: str
    data_type: str
    description: str = ""
    restricted: bool = False
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewModel:
    """A model. folder: of its SQL, from `models/` on. grain: a sentence. keys: the columns it has one row of each.

    contracts, pages: whether the project has contracts, and documentation pages, in folders that mirror the models.
    """

    name: str
    folder: str
    grain: str
    sql: str = ""
    columns: Sequence[NewColumn] = ()
    keys: tuple[str, ...] = ()
    contracts: bool = True
    pages: bool = False

    def containing(self, sql: str, columns: Sequence[NewColumn]) -> "NewModel":
        """The model with this SQL and these columns."""
        return replace(self, sql=sql, columns=columns)


@dataclass(frozen=True)
class SourceColumn:
    """A column of a source, whose name needs no quotes. data_type: as contracts write types.

    delivered_as: its name in the files, where that is another. notation: of dates and times in text, for strptime.
    restricted: whether its values are never shown. filled: whether it has no nulls. tests: what else holds.
    exact: whether a float becomes a number of a fixed scale in the warehouse.
    """

    name: str
    data_type: str
    delivered_as: str | None = None
    notation: str | None = None
    restricted: bool = False
    filled: bool = False
    tests: Sequence[Written] = ()
    exact: bool = True

    @property
    def is_rounded(self) -> bool:
        """Whether the warehouse has it in another type."""
        return self.exact and self.data_type in FLOATS

    @property
    def meta(self) -> dict[str, Any]:
        """What the contract says of it under config.meta."""
        said = {"delivered_as": self.delivered_as, "format": self.notation, "restricted": self.restricted or None}
        return {key: value for key, value in said.items() if value is not None}


@dataclass(frozen=True)
class SourceModel:
    """A source table, and the warehouse model that selects it. system and table need no quotes.

    name, folder: of the model. unique: columns that the model has one row of each value of. key: the columns that
    identify a row. files: the meta of the table, empty for a declared source. identifier: of the lake's view, where
    another system has a table of this name. page: what was measured, as lines of a page. contracts, pages: as for
    NewModel.
    """

    system: str
    table: str
    name: str
    columns: Sequence[SourceColumn]
    delivery: Delivery
    contracts: bool
    pages: bool
    folder: str = ""
    unique: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    files: Mapping[str, Any] = field(default_factory=dict)
    identifier: str | None = None
    page: Sequence[str] = ()

    @property
    def model(self) -> NewModel:
        """The warehouse model."""
        columns = [
            NewColumn(each.name, self._type_of(each), restricted=each.restricted, tests=self._tests_of(each))
            for each in self.columns
        ]
        grain = f"One row per {' and '.join(self.key) or f'row of {self.system}.{self.table}'}."
        folder = self.folder or f"models/warehouse/{self.system}"
        keys = self.key if len(self.key) > 1 else ()
        new = NewModel(self.name, folder, grain, keys=keys, contracts=self.contracts, pages=self.pages)
        return new.containing(self._sql(), columns)

    def _type_of(self, column: SourceColumn) -> str:
        return EXACT if column.is_rounded else column.data_type

    def _tests_of(self, column: SourceColumn) -> tuple[str, ...]:
        unique = ("unique",) if column.name in {*self.unique, *(self.key if len(self.key) == 1 else ())} else ()
        return (*unique, "not_null") if column.filled else unique

    def _sql(self) -> str:
        source = f"source('{self.system}', '{self.table}')"
        is_all = self.delivery is Delivery.APPEND
        read = f"{{{{ {source} }}}}" if is_all else f"{{{{ ribbon.current({source}) }}}} as current_rows"
        items = [
            f"cast({each.name} as {EXACT}) as {each.name}" if each.is_rounded else each.name for each in self.columns
        ]
        lines = (
            "with",
            "",
            "source as (",
            "    select *",
            f"    from {read}",
            "),",
            "",
            "renamed as (",
            "    select",
            *(f"        {item}{',' if place < len(items) else ''}" for place, item in enumerate(items, 1)),
            "    from source",
            ")",
            "",
            "select * from renamed",
        )
        return "\n".join(lines) + "\n"


def free_name(seen: ProjectEvidence, system: str, table: str) -> str:
    """A name for the warehouse model of a source table: the table's, with the system in front where that is taken."""
    names = {node.name for node in seen.nodes.nodes.values() if node.resource_type != "source"}
    return table if table not in names else f"{system}_{table}"


def has_contracts(seen: ProjectEvidence) -> bool:
    """Whether the project has contracts in folders that mirror the models."""
    return (seen.paths.project_dir / "expectations").is_dir()


def has_pages(seen: ProjectEvidence) -> bool:
    """Whether the project has documentation pages in folders that mirror the models."""
    return (seen.paths.project_dir / "docs" / "warehouse").is_dir()


def declare_source(text: str | None, path: str, new: SourceModel) -> Edit | None:
    """The contract of the system with one more table, or a new one; None where it cannot be added."""
    if text is None:
        return Edit(path, None, "\n".join(_system_lines(new)) + "\n")
    yaml, place = YamlText(text), ("sources", ("name", new.system), "tables")
    if not yaml.has(*place) or yaml.is_flow(*place):
        return None
    changed = yaml.with_item(*place, lines=list(_source_lines(new)), flow="")
    return Edit(path, text, changed.text) if changed.parses else None


def document_source(text: str | None, path: str, new: SourceModel) -> Edit:
    """The page of the system with a block for one more table."""
    before = f"{{% docs {new.system} %}}\nThe system {new.system}.\n{{% enddocs %}}\n" if text is None else text
    block = "\n".join((f"{{% docs {new.system}_{new.table} %}}", *new.page, "{% enddocs %}"))
    return Edit(path, text, f"{before.rstrip()}\n\n{block}\n")


def model_files(new: NewModel) -> tuple[Edit, ...]:
    """The SQL of a model, its contract, and its page where the project has pages."""
    mirror = new.folder.removeprefix("models/")
    contracts = f"expectations/{mirror}" if new.contracts else new.folder
    edits = [
        Edit(f"{new.folder}/{new.name}.sql", None, new.sql),
        Edit(f"{contracts}/{new.name}.yml", None, "\n".join(_contract_lines(new)) + "\n"),
    ]
    if new.pages:
        page = f"{{% docs {new.name} %}}\n{new.grain}\n{{% enddocs %}}\n"
        edits.append(Edit(f"docs/{mirror}/{new.name}.md", None, page))
    return tuple(edits)


def _system_lines(new: SourceModel) -> Iterator[str]:
    description = f"\"{{{{ doc('{new.system}') }}}}\"" if new.page else scalar(f"The system {new.system}.")
    yield from ("sources:", f"  - name: {scalar(new.system)}", "    schema: lake", f"    description: {description}")
    yield from ("    loader: ribbon land", "    config:", f"      meta: {flow({'from': new.files['from']})}")
    yield "    tables:"
    files = {key: value for key, value in new.files.items() if key != "from"}
    yield from (f"      {line}" for line in _source_lines(replace(new, files=files)))


def _source_lines(new: SourceModel) -> Iterator[str]:
    yield f"- name: {scalar(new.table)}"
    if new.identifier:
        yield f"  identifier: {scalar(new.identifier)}"
    if new.page:
        yield f"  description: \"{{{{ doc('{new.system}_{new.table}') }}}}\""
    yield "  config:"
    yield f"    meta: {flow({'delivery': new.delivery.value, **new.files})}"
    yield "  columns:"
    for column in new.columns:
        yield from _source_column(column, is_added=new.delivery is Delivery.APPEND and column.name in new.unique)
    for name, data_type in LOAD_COLUMNS.items():
        yield f"    - {{name: {name}, data_type: {data_type}}}"


def _source_column(column: SourceColumn, *, is_added: bool) -> Iterator[str]:
    """is_added: whether it is unique where rows are only added."""
    tests: list[Written] = [*(["not_null"] if column.filled else []), *(["unique"] if is_added else []), *column.tests]
    name, meta = f"name: {scalar(column.name)}, data_type: {scalar(column.data_type)}", column.meta
    if not meta and all(isinstance(test, str) for test in tests):
        yield f"    - {{{name}{f', data_tests: {flow(tests)}' if tests else ''}}}"
        return
    yield f"    - name: {scalar(column.name)}"
    yield f"      data_type: {column.data_type}"
    if meta:
        yield f"      config: {{meta: {flow(meta)}}}"
    if tests:
        yield "      data_tests:"
        yield from (line for test in tests for line in lines_of_test(test, 8))


def _contract_lines(new: NewModel) -> Iterator[str]:
    description = f"\"{{{{ doc('{new.name}') }}}}\"" if new.pages else scalar(new.grain)
    yield from ("models:", f"  - name: {scalar(new.name)}", f"    description: {description}")
    if len(new.keys) > 1:
        columns = ", ".join(map(scalar, new.keys))
        yield f"    data_tests: [{in_contract('expect_grain')}: {{arguments: {{columns: [{columns}]}}}}]"
    yield "    columns:"
    for column in new.columns:
        yield f"      - name: {scalar(column.name)}"
        if column.data_type:
            yield f"        data_type: {column.data_type}"
        if column.description:
            yield f"        description: {scalar(column.description)}"
        if column.restricted:
            yield "        config: {meta: {restricted: true}}"
        if tests := (*(("unique",) if new.keys == (column.name,) else ()), *column.tests):
            yield f"        data_tests: [{', '.join(tests)}]"
