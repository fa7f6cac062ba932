"""The files of a new warehouse model, and of a new source table: SQL, contract, documentation page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ribbon.evolve.edit_yaml import YamlText
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.expectations.contract_yaml import scalar
from ribbon.model import Delivery, Edit, in_contract

__all__ = [
    "NewColumn",
    "NewModel",
    "SourceModel",
    "declare_source",
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
class SourceModel:
    """A source table, and the warehouse model that selects it. system, table and columns need no quotes.

    columns: name to type, as contracts write types. filled: columns without nulls. key: a column of distinct values.
    pattern: of the files, empty for a declared source. exact: whether floats become numbers of a fixed scale.
    contracts, pages: as for NewModel.
    """

    system: str
    table: str
    name: str
    columns: Mapping[str, str]
    delivery: Delivery
    contracts: bool
    pages: bool
    filled: frozenset[str] = frozenset()
    key: str | None = None
    pattern: str = ""
    exact: bool = True

    @property
    def model(self) -> NewModel:
        """The warehouse model."""
        columns = [NewColumn(name, self._type_of(name), tests=self._tests_of(name)) for name in self.columns]
        grain = f"One row per {self.key or f'row of {self.system}.{self.table}'}."
        folder = f"models/warehouse/{self.system}"
        new = NewModel(self.name, folder, grain, contracts=self.contracts, pages=self.pages)
        return new.containing(self._sql(), columns)

    def _is_rounded(self, column: str) -> bool:
        return self.exact and self.columns[column] in FLOATS

    def _type_of(self, column: str) -> str:
        return EXACT if self._is_rounded(column) else self.columns[column]

    def _tests_of(self, column: str) -> tuple[str, ...]:
        unique = ("unique",) if column == self.key else ()
        return (*unique, "not_null") if column in self.filled else unique

    def _sql(self) -> str:
        source = f"source('{self.system}', '{self.table}')"
        is_snapshot = self.delivery is Delivery.SNAPSHOT
        read = f"{{{{ ribbon.latest_batch({source}) }}}} as latest" if is_snapshot else f"{{{{ {source} }}}}"
        items = [f"cast({name} as {EXACT}) as {name}" if self._is_rounded(name) else name for name in self.columns]
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


def declare_source(text: str, path: str, new: SourceModel) -> Edit | None:
    """The contract of the system with one more table; None where it cannot be added."""
    yaml, place = YamlText(text), ("sources", ("name", new.system), "tables")
    if not yaml.has(*place) or yaml.is_flow(*place):
        return None
    changed = yaml.with_item(*place, lines=list(_source_lines(new)), flow="")
    return Edit(path, text, changed.text) if changed.parses else None


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


def _source_lines(new: SourceModel) -> Iterator[str]:
    yield f"- name: {scalar(new.table)}"
    yield "  config:"
    yield f"    meta: {{delivery: {new.delivery.value}, file: {scalar(new.pattern)}}}"
    yield "  columns:"
    for name, data_type in new.columns.items():
        tests = ", data_tests: [not_null]" if name in new.filled else ""
        yield f"    - {{name: {scalar(name)}, data_type: {scalar(data_type)}{tests}}}"
    for name, data_type in LOAD_COLUMNS.items():
        yield f"    - {{name: {name}, data_type: {data_type}}}"


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
