"""Edits of YAML as text: contracts, exposures and the baseline of the layer rule.

Whatever is not edited stays as it was written, comments and layout included.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from ribbon.expectations.contract_yaml import scalar

__all__ = [
    "ContractText",
    "Step",
    "YamlText",
    "declaring_model",
    "declaring_source",
    "without_breaches",
    "without_relation",
]

Node = Any  # PyYAML has no types
# A step down: a key of a mapping, or (key, value) of the item of a list that says so.
Step = str | tuple[str, str]


@dataclass(frozen=True)
class YamlText:
    """A YAML text and its places. Each change returns a new one, whose text may not parse.

    A place is a path of steps: a word is a key of a mapping, or the item of a list that is this word; a pair such as
    `("name", "orders")` is the item of a list with this key and value.
    """

    text: str

    @property
    def parses(self) -> bool:
        """Whether it is valid YAML."""
        try:
            yaml.safe_load(self.text)
        except yaml.YAMLError:
            return False
        return True

    def has(self, *steps: Step) -> bool:
        """Whether a place exists."""
        return self._find(steps) is not None

    def value(self, *steps: Step) -> str | None:
        """A scalar as text; None where there is none."""
        node = self._find(steps)
        return str(node.value) if isinstance(node, yaml.ScalarNode) else None

    def items(self, *steps: Step) -> tuple[dict[str, Any], ...]:
        """The items of a list, as their scalar values by key; other items are empty."""
        node = self._find(steps)
        found = node.value if isinstance(node, yaml.SequenceNode) else []
        return tuple(_scalars(item) for item in found)

    def is_flow(self, *steps: Step) -> bool:
        """Whether a place is written in flow style, in brackets."""
        return bool(getattr(self._find(steps), "flow_style", False))

    def with_value(self, *steps: Step, to: str) -> "YamlText":
        """Another scalar in the place of one; `to` includes quotes."""
        node = self._place(steps)
        return self._spliced(node.start_mark.index, node.end_mark.index, to)

    def start_of(self, *steps: Step) -> str:
        """The first character of a value as it is written: a quote, the bar of a block, or a letter."""
        return self.text[self._place(steps).start_mark.index]

    def with_start(self, *steps: Step, text: str) -> "YamlText":
        """A scalar with a text in front, inside its quotes where it has some."""
        start = self._place(steps).start_mark.index + (self.start_of(*steps) in "\"'")
        return self._spliced(start, start, text)

    def with_key(self, *steps: Step, key: str, flow: str, after: str | None = None) -> "YamlText":
        """A new key of a mapping, with its value on one line. after: the key it follows; the last by default."""
        node = self._place(steps)
        if node.flow_style:
            return self._in_brackets(node, f"{key}: {flow}")
        named = [value for name, value in node.value if name.value == after] or [node.value[-1][1]]
        return self._inserted(_end_line(named[0]), [f"{' ' * node.start_mark.column}{key}: {flow}"])

    def with_item(self, *steps: Step, lines: Sequence[str], flow: str, after: Step | None = None) -> "YamlText":
        """A new item at the end of a list, or after one of it.

        lines: the item in block style, from `- `; flow: the item in flow style.
        """
        node = self._place(steps)
        if node.flow_style:
            return self._in_brackets(node, flow)
        last = _item(node, after) if after else node.value[-1]
        indent = " " * node.start_mark.column
        return self._inserted(_end_line(last), [f"{indent}{line}" if line else "" for line in lines])

    def without_item(self, *steps: Step, item: str | tuple[str, str] | int) -> "YamlText":
        """The list without the item that is this word, has this key and value, or has this index.

        A list of one item loses its key too.
        """
        node = self._place(steps)
        gone: Node = node.value[item] if isinstance(item, int) else _item(node, item)
        place = node.value.index(gone)
        if node.flow_style:
            start = node.value[place - 1].end_mark.index if place else node.start_mark.index + 1
            following = node.value[place + 1].start_mark.index if place + 1 < len(node.value) else None
            if not place and following:
                return self._spliced(start, following, "")
            return self._spliced(start, gone.end_mark.index, "")
        lines = self.text.splitlines(keepends=True)
        end = _end_line(gone)
        start = gone.start_mark.line if len(node.value) > 1 else self._key_line(steps)
        return YamlText("".join(lines[:start] + lines[end:]))

    def _find(self, steps: Sequence[Step]) -> Node | None:
        try:
            node = yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.YAMLError:
            return None
        for step in steps:
            in_mapping = isinstance(step, str) and not isinstance(node, yaml.SequenceNode)
            node = _value(node, str(step)) if in_mapping else _item(node, step)
            if node is None:
                return None
        return node

    def _place(self, steps: Sequence[Step]) -> Node:
        node = self._find(steps)
        if node is None:
            raise KeyError(" ".join(map(str, steps)))
        return node

    def _key_line(self, steps: Sequence[Step]) -> int:
        """The line of a value's key: there may be comments between them."""
        return next(int(key.start_mark.line) for key, _ in self._place(steps[:-1]).value if key.value == steps[-1])

    def _in_brackets(self, node: Node, new: str) -> "YamlText":
        """One more entry at the end of a collection in flow style."""
        end = int(node.end_mark.index) - 1
        return self._spliced(len(self.text[:end].rstrip()), end, f"{', ' if node.value else ''}{new}")

    def _spliced(self, start: int, end: int, new: str) -> "YamlText":
        return YamlText(f"{self.text[:start]}{new}{self.text[end:]}")

    def _inserted(self, line: int, new: Sequence[str]) -> "YamlText":
        newline = "\r\n" if "\r\n" in self.text else "\n"
        lines = self.text.splitlines(keepends=True)
        if line and not lines[line - 1].endswith("\n"):
            lines[line - 1] += newline
        return YamlText("".join([*lines[:line], *(f"{each}{newline}" for each in new), *lines[line:]]))


def _value(node: Node, key: str) -> Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _item(node: Node, wanted: Step) -> Node | None:
    for item in node.value if isinstance(node, yaml.SequenceNode) else []:
        if isinstance(wanted, str):
            if isinstance(item, yaml.ScalarNode) and item.value == wanted:
                return item
        elif (value := _value(item, wanted[0])) is not None and value.value == wanted[1]:
            return item
    return None


def _scalars(node: Node) -> dict[str, Any]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {name.value: value.value for name, value in pairs if isinstance(value, yaml.ScalarNode)}


def _end_line(node: Node) -> int:
    """The line after a node; PyYAML counts comments that follow a block as part of it."""
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    end = node.end_mark
    return int(end.line if end.column == 0 and end.index > node.start_mark.index else end.line + 1)


TESTS = ("data_tests", "tests")

# DuckDB's types that contracts write differently.
TYPES = {"VARCHAR": "string", "TIMESTAMP WITH TIME ZONE": "timestamptz"}


@dataclass(frozen=True)
class ContractText:
    """A YAML file, and where in it a relation is declared. Edits return None where a place is missing or unsafe."""

    yaml: YamlText
    place: tuple[Step, ...]

    @property
    def text(self) -> str:
        """The file as it is now."""
        return self.yaml.text

    def with_column(self, name: str, data_type: str, description: str) -> "ContractText | None":
        """A new column after the last one that is no load column."""
        columns = self.yaml.items(*self.place, "columns")
        own = [column["name"] for column in columns if not str(column.get("name", "_")).startswith("_")]
        if not own or self._column(name):
            return None
        values = {"name": name, "data_type": data_type, "description": description}
        lines = [f"{'  ' if place else '- '}{key}: {scalar(values[key])}" for place, key in enumerate(values)]
        flow = f"{{name: {scalar(name)}, data_type: {scalar(data_type)}}}"
        last: Step = ("name", own[-1])
        if self.yaml.is_flow(*self.place, "columns", last):
            lines = [f"- {flow}"]
        return self._checked(self.yaml.with_item(*self.place, "columns", lines=lines, flow=flow, after=last))

    def with_column_value(self, name: str, key: str, value: str) -> "ContractText | None":
        """Another value of a column's key, such as its name or its data_type."""
        column = self._column(name)
        if not column or not self.yaml.has(*column, key):
            return None
        return self._checked(self.yaml.with_value(*column, key, to=value))

    def with_column_key(self, name: str, key: str, flow: str) -> "ContractText | None":
        """A new key of a column, after its type."""
        column = self._column(name)
        if not column or self.yaml.has(*column, key):
            return None
        return self._checked(self.yaml.with_key(*column, key=key, flow=flow, after="data_type"))

    def with_column_formerly(self, name: str) -> "ContractText | None":
        """The column with `config: {meta: {formerly: …}}`, so that older batches keep their values."""
        column = self._column(name)
        formerly = f"{{formerly: {scalar(name)}}}"
        if not column:
            return None
        if not self.yaml.has(*column, "config"):
            return self.with_column_key(name, "config", f"{{meta: {formerly}}}")
        if not self.yaml.has(*column, "config", "meta"):
            return self._checked(self.yaml.with_key(*column, "config", key="meta", flow=formerly))
        return self._checked(self.yaml.with_key(*column, "config", "meta", key="formerly", flow=scalar(name)))

    def without_column(self, name: str) -> "ContractText | None":
        """The contract without a column and its tests."""
        if not self._column(name) or len(self.yaml.items(*self.place, "columns")) == 1:
            return None
        return self._checked(self.yaml.without_item(*self.place, "columns", item=("name", name)))

    def with_test(self, column: str, lines: Sequence[str], flow: str) -> "ContractText | None":
        """A new test of a column; an undeclared column is declared.

        lines: the test in block style, from `- `; flow: the test in flow style.
        """
        place = self._column(column)
        if not place:
            return self._with_tested_column(column, flow)
        key = next((key for key in TESTS if self.yaml.has(*place, key)), None)
        if key is None:
            return self._checked(self.yaml.with_key(*place, key=TESTS[0], flow=f"[{flow}]"))
        return self._checked(self.yaml.with_item(*place, key, lines=lines, flow=flow))

    def with_key(self, key: str, flow: str, after: str = "name") -> "ContractText | None":
        """A new key of the relation."""
        if not self.yaml.has(*self.place) or self.yaml.has(*self.place, key):
            return None
        return self._checked(self.yaml.with_key(*self.place, key=key, flow=flow, after=after))

    def with_config(self, key: str, flow: str) -> "ContractText | None":
        """A key of the relation's configuration, new or with another value."""
        if not self.yaml.has(*self.place, "config"):
            return self.with_key("config", f"{{{key}: {flow}}}")
        if self.yaml.has(*self.place, "config", key):
            return self._checked(self.yaml.with_value(*self.place, "config", key, to=flow))
        return self._checked(self.yaml.with_key(*self.place, "config", key=key, flow=flow))

    def with_description_start(self, warning: str) -> "ContractText | None":
        """The description with a sentence in front; None where there is none, or it is a block."""
        place = (*self.place, "description")
        if not self.yaml.value(*place) or self.yaml.start_of(*place) in "|>*&":
            return None
        return self._checked(self.yaml.with_start(*place, text=f"{warning} "))

    def _with_tested_column(self, column: str, flow: str) -> "ContractText | None":
        declared = f"{{name: {scalar(column)}, data_tests: [{flow}]}}"
        if self.yaml.has(*self.place, "columns"):
            lines = [f"- name: {scalar(column)}", f"  data_tests: [{flow}]"]
            return self._checked(self.yaml.with_item(*self.place, "columns", lines=lines, flow=declared))
        return self.with_key("columns", f"[{declared}]")

    def _column(self, name: str) -> tuple[Step, ...]:
        columns = self.yaml.items(*self.place, "columns")
        spelled = next((each["name"] for each in columns if str(each.get("name")).casefold() == name.casefold()), None)
        return (*self.place, "columns", ("name", spelled)) if spelled else ()

    def _checked(self, changed: YamlText) -> "ContractText | None":
        return replace(self, yaml=changed) if changed.parses else None


def declared_type(data_type: str) -> str:
    """DuckDB's name of a type, as contracts write it."""
    return TYPES.get(data_type, data_type.lower())


def declaring_source(text: str, system: str, table: str) -> ContractText:
    """Where a contract declares a table of a source."""
    return ContractText(YamlText(text), ("sources", ("name", system), "tables", ("name", table)))


def declaring_model(text: str, name: str, kind: str = "models") -> ContractText:
    """Where a contract declares a model, a seed or a snapshot. kind: models, seeds or snapshots."""
    return ContractText(YamlText(text), (kind, ("name", name)))


def without_breaches(text: str, group: str, fixed: Collection[tuple[str, str]]) -> str | None:
    """The baseline of the layer rule without these breaches, as (model, reads).

    None where no others are left, so that the file can be deleted.
    """
    yaml, place = YamlText(text), ("groups", ("name", group), "config", "meta", "breaches")
    entries = [(str(each.get("model")), str(each.get("reads"))) for each in yaml.items(*place)]
    if all(entry in fixed for entry in entries):
        return None
    for position in range(len(entries) - 1, -1, -1):
        if entries[position] in fixed:
            yaml = yaml.without_item(*place, item=position)
    return yaml.text


def without_relation(text: str, exposure: str, model: str) -> str | None:
    """The file without a model in an exposure's `depends_on`; None where it is not written there by name."""
    yaml, place = YamlText(text), ("exposures", ("name", exposure), "depends_on")
    for written in (f"ref('{model}')", f'ref("{model}")'):
        if yaml.has(*place, written):
            changed = yaml.without_item(*place, item=written)
            return changed.text if changed.parses else None
    return None
