"""The edits of a contract that proposals make: a column, a test, a key of a relation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ribbon.evolve.editing.yaml_text import Step, YamlText
from ribbon.expectations.contract_yaml import scalar

__all__ = ["ContractText", "declaring_model", "declaring_source"]

TESTS = ("data_tests", "tests")


@dataclass(frozen=True)
class ContractText:
    """A YAML file, and where in it a relation stands. Methods return None where the place is not there, or not safe."""

    yaml: YamlText
    place: tuple[Step, ...]

    @property
    def text(self) -> str:
        """The file as it is now."""
        return self.yaml.text

    def with_column(self, name: str, data_type: str, description: str) -> "ContractText | None":
        """A column that is declared after the last that is no load column."""
        columns = self.yaml.items(*self.place, "columns")
        own = [column["name"] for column in columns if not str(column.get("name", "_")).startswith("_")]
        if not own or self._column(name):
            return None
        said = {"name": name, "data_type": data_type, "description": description}
        lines = [f"{'  ' if place else '- '}{key}: {scalar(said[key])}" for place, key in enumerate(said)]
        flow = f"{{name: {scalar(name)}, data_type: {scalar(data_type)}}}"
        last: Step = ("name", own[-1])
        if self.yaml.is_flow(*self.place, "columns", last):
            lines = [f"- {flow}"]
        return self._checked(self.yaml.with_item(*self.place, "columns", lines=lines, flow=flow, after=last))

    def with_column_value(self, name: str, key: str, value: str) -> "ContractText | None":
        """Another value of a column's own key, such as its name or its data_type."""
        column = self._column(name)
        if not column or not self.yaml.has(*column, key):
            return None
        return self._checked(self.yaml.with_value(*column, key, to=value))

    def with_column_key(self, name: str, key: str, flow: str) -> "ContractText | None":
        """A key that a column lacks, after its type."""
        column = self._column(name)
        if not column or self.yaml.has(*column, key):
            return None
        return self._checked(self.yaml.with_key(*column, key=key, flow=flow, after="data_type"))

    def with_column_formerly(self, name: str) -> "ContractText | None":
        """The column with `config: {meta: {formerly: …}}`, so that batches from before keep their values."""
        column = self._column(name)
        said = f"{{formerly: {scalar(name)}}}"
        if not column:
            return None
        if not self.yaml.has(*column, "config"):
            return self.with_column_key(name, "config", f"{{meta: {said}}}")
        if not self.yaml.has(*column, "config", "meta"):
            return self._checked(self.yaml.with_key(*column, "config", key="meta", flow=said))
        return self._checked(self.yaml.with_key(*column, "config", "meta", key="formerly", flow=scalar(name)))

    def without_column(self, name: str) -> "ContractText | None":
        """The contract without a column and all that it promises of it."""
        if not self._column(name) or len(self.yaml.items(*self.place, "columns")) == 1:
            return None
        return self._checked(self.yaml.without_item(*self.place, "columns", item=("name", name)))

    def with_test(self, column: str, lines: Sequence[str], flow: str) -> "ContractText | None":
        """A test of a column, which is added if missing. lines: in block style, from `- `; flow: in brackets."""
        place = self._column(column)
        if not place:
            return self._with_tested_column(column, flow)
        key = next((key for key in TESTS if self.yaml.has(*place, key)), None)
        if key is None:
            return self._checked(self.yaml.with_key(*place, key=TESTS[0], flow=f"[{flow}]"))
        return self._checked(self.yaml.with_item(*place, key, lines=lines, flow=flow))

    def with_key(self, key: str, flow: str, after: str = "name") -> "ContractText | None":
        """A key that the relation lacks."""
        if not self.yaml.has(*self.place) or self.yaml.has(*self.place, key):
            return None
        return self._checked(self.yaml.with_key(*self.place, key=key, flow=flow, after=after))

    def with_config(self, key: str, flow: str) -> "ContractText | None":
        """A key of the relation's configuration."""
        if not self.yaml.has(*self.place, "config"):
            return self.with_key("config", f"{{{key}: {flow}}}")
        if self.yaml.has(*self.place, "config", key):
            return self._checked(self.yaml.with_value(*self.place, "config", key, to=flow))
        return self._checked(self.yaml.with_key(*self.place, "config", key=key, flow=flow))

    def with_description_start(self, warning: str) -> "ContractText | None":
        """The relation's description with a sentence in front; None where it has none, or one in a block."""
        place = (*self.place, "description")
        if not self.yaml.value(*place) or self.yaml.start_of(*place) in "|>*&":
            return None
        return self._checked(self.yaml.with_start(*place, text=f"{warning} "))

    def _with_tested_column(self, column: str, flow: str) -> "ContractText | None":
        said = f"{{name: {scalar(column)}, data_tests: [{flow}]}}"
        if self.yaml.has(*self.place, "columns"):
            lines = [f"- name: {scalar(column)}", f"  data_tests: [{flow}]"]
            return self._checked(self.yaml.with_item(*self.place, "columns", lines=lines, flow=said))
        return self.with_key("columns", f"[{said}]")

    def _column(self, name: str) -> tuple[Step, ...]:
        columns = self.yaml.items(*self.place, "columns")
        spelled = next((each["name"] for each in columns if str(each.get("name")).casefold() == name.casefold()), None)
        return (*self.place, "columns", ("name", spelled)) if spelled else ()

    def _checked(self, changed: YamlText) -> "ContractText | None":
        return replace(self, yaml=changed) if changed.parses else None


def declaring_source(text: str, system: str, table: str) -> ContractText:
    """The place of a table of a source."""
    return ContractText(YamlText(text), ("sources", ("name", system), "tables", ("name", table)))


def declaring_model(text: str, name: str, kind: str = "models") -> ContractText:
    """The place of a model, a seed or a snapshot. kind: models, seeds or snapshots."""
    return ContractText(YamlText(text), (kind, ("name", name)))
