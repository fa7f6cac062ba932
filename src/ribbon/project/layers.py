"""The layer of every node: one rule, which lineage, publishing, the catalog and evolution ask.

`vars: {ribbon: {layers: {mart: ["reporting/<use_case>", "tag:mart"]}}}` in dbt_project.yml maps patterns to layers.
The macro `layer_of` reads the same table, so dbt's layer rule and Python agree: tests/integration/test_layers.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property

from ribbon.dbt.nodes import Node
from ribbon.errors import ConfigError
from ribbon.model import Layer
from ribbon.settings import Settings
from ribbon.yaml_file import shown

__all__ = ["DEFAULTS", "Layers", "Pattern", "Placement", "read_patterns", "subject_of"]

# Layouts that people use. The macro `_default_placement` has the same.
DEFAULTS: Mapping[Layer, Sequence[str]] = {
    Layer.MART: ("**/mart/<use_case>", "**/marts/<use_case>"),
    Layer.WAREHOUSE: ("**/warehouse", "**/staging", "**/intermediate"),
}

# Folders named after a step of the transformation, not after a subject.
_STEPS = frozenset(
    {"base", "core", "int", "intermediate", "mart", "marts", "prep", "staging", "stg", "transform", "warehouse"}
)

# What may stand under `vars: ribbon`, where dbt also looks for the variables of the package, and the name of a project
# where other variables may stand too.
_OURS = frozenset({"dbt", "evolve", "layers", "publish", "ribbon_history_days"})
_NAME = "ribbon"

# Of patterns that are no folders.
_KINDS = frozenset({"tag", "schema"})

_USE_CASE = "<use_case>"
_ANYWHERE = "**"
# A tag or a schema is a decision about one model, so it outranks any folder.
_OUTRANKS_FOLDERS = 1_000


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a node belongs. use_case: of a mart, None where nothing says it and of all others.

    guessed: whether no pattern says it, so that it follows from who reads the node.
    """

    layer: Layer
    use_case: str | None = None
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a node has to be like to be of a layer.

    kind: folder, tag or schema. anywhere: whether the folders may lie below others. text: as it is written.
    """

    layer: Layer
    kind: str
    parts: tuple[str, ...]
    anywhere: bool = False
    text: str = ""

    @classmethod
    def parse(cls, layer: Layer, text: str) -> "Pattern":
        """Read a pattern as dbt_project.yml writes it."""
        kind, _, rest = text.partition(":")
        if kind in _KINDS:
            return cls(layer, kind, (rest.strip(),), text=text)
        parts = tuple(part for part in text.strip("/").split("/") if part)
        anywhere = parts[:1] == (_ANYWHERE,)
        return cls(layer, "folder", parts[1:] if anywhere else parts, anywhere, text)

    def match(self, node: Node) -> tuple[int, str | None] | None:
        """How specific the match is, and the use case that it captures; None where the node does not match."""
        if self.kind == "tag":
            return (_OUTRANKS_FOLDERS, None) if self.parts[0] in node.all_tags else None
        if self.kind == "schema":
            return self._match_schema(node.config.schema or "") or self._match_schema(node.schema or "")
        return self._match_folders(node)

    def _match_schema(self, schema: str) -> tuple[int, str | None] | None:
        prefix, placeholder, suffix = self.parts[0].partition(_USE_CASE)
        if not placeholder:
            return (_OUTRANKS_FOLDERS, None) if schema == prefix else None
        if not (schema.startswith(prefix) and schema.endswith(suffix) and len(schema) > len(prefix) + len(suffix)):
            return None
        return _OUTRANKS_FOLDERS, schema[len(prefix) : len(schema) - len(suffix)]

    def _match_folders(self, node: Node) -> tuple[int, str | None] | None:
        """A pattern without a use case may name a model too; a trailing `<use_case>` needs no folder to be there."""
        folders, path = node.fqn[1:-1], node.fqn[1:]
        starts = range(len(path)) if self.anywhere else (0,)
        for start in starts:
            names = folders if self.anywhere or _USE_CASE in self.parts else path
            use_case = self._captured(names[start:])
            if use_case is not None:
                return len(self.parts), use_case or None
        return None

    def _captured(self, names: Sequence[str]) -> str | None:
        """The use case, empty where the pattern captures none; None where the names do not match."""
        captured = ""
        for place, part in enumerate(self.parts):
            last = place == len(self.parts) - 1
            if place >= len(names):
                return captured if last and part == _USE_CASE else None
            if part == _USE_CASE:
                captured = names[place]
            elif part != names[place]:
                return None
        return captured


@dataclass(frozen=True)
class Layers:
    """The rule of a project. declared, defaults: patterns. nodes: of the manifest, by unique id.

    Patterns that the project declares decide before the defaults, and of several that match the most specific one. A
    source is the lake, seeds and snapshots are the warehouse. A model that no pattern matches is the warehouse; in a
    project that has none of the known folders, the models that no other node reads are its marts.
    """

    declared: tuple[Pattern, ...]
    nodes: Mapping[str, Node]
    defaults: tuple[Pattern, ...] = field(
        default=tuple(Pattern.parse(layer, text) for layer, texts in DEFAULTS.items() for text in texts)
    )

    def placement(self, node: Node) -> Placement:
        """The layer of a node and its use case: as its pattern captured it, else its group.

        Where the layer is a guess, so is the use case of a mart without a group: it is the folder.
        """
        found = self._matched(node) or self._unmatched(node)
        if found.layer is Layer.MART and found.use_case is None:
            guess = subject_of(node.fqn[1:-1]) if found.guessed else None
            return replace(found, use_case=node.config.group or guess)
        return found

    def rule_of(self, node: Node) -> str:
        """What says which layer a node is of, for people: a pattern, its kind, or who reads it."""
        best = _best_of(self.declared, node)
        if best is None and node.resource_type == "model":
            best = _best_of(self.defaults, node)
            return f"{best.text}, a common layout" if best else "no folder says it: who reads it decides"
        if best:
            return f"{best.text}, of vars: ribbon: layers"
        return f"every {node.resource_type}"

    def use_case_in(self, fqn: tuple[str, ...]) -> str | None:
        """The use case that folders name, such as those of an exposure's file."""
        node = Node("", "model", fqn[-1] if fqn else "", "", "", fqn=fqn)
        found = self._matched(node)
        return found.use_case if found else None

    def unmatched(self) -> Iterator[str]:
        """The patterns that match no node, as sentences for users with what may be meant."""
        for pattern in self.declared:
            if not any(pattern.match(node) for node in self.nodes.values()):
                meant = get_close_matches(_plain(pattern.text), self._names, n=1)
                ending = f"/{_USE_CASE}" if pattern.text.endswith(f"/{_USE_CASE}") else ""
                what = f"Did you mean `{self._names[meant[0]]}{ending}`?" if meant else "Correct it or delete it."
                yield f"vars: ribbon: layers: {pattern.layer}: `{pattern.text}` matches no relation. {what}"

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """What patterns may name, in lower case and as the project spells it: folders, models, tags and schemas."""
        found: dict[str, str] = {}
        for node in self.nodes.values():
            paths = ["/".join(node.fqn[1:end]) for end in range(2, len(node.fqn) + 1)]
            schemas = (f"schema:{name}" for name in (node.config.schema, node.schema) if name)
            found |= {name.casefold(): name for name in (*paths, *schemas, *(f"tag:{tag}" for tag in node.all_tags))}
        return found

    def _matched(self, node: Node) -> Placement | None:
        declared = _best(self.declared, node)
        if declared or node.resource_type != "model":
            return declared
        return _best(self.defaults, node)

    def _unmatched(self, node: Node) -> Placement:
        if node.resource_type == "source":
            return Placement(Layer.LAKE)
        in_mart = self._unread is not None and node.unique_id in self._unread
        return Placement(Layer.MART if in_mart else Layer.WAREHOUSE, guessed=True)

    @cached_property
    def _unread(self) -> frozenset[str] | None:
        """The models that no other node reads; None where folders, tags or schemas tell marts from other models."""
        models = [node for node in self.nodes.values() if node.resource_type == "model"]
        if any(_names_marts_or_warehouse(self._matched(node), node) for node in models):
            return None
        read = {parent for node in self.nodes.values() for parent in node.depends_on.nodes if parent != node.unique_id}
        return frozenset(node.unique_id for node in models if node.unique_id not in read)


def subject_of(folders: Iterable[str]) -> str | None:
    """The first folder that is not named after a step."""
    return next((folder for folder in folders if folder not in _STEPS), None)


def _names_marts_or_warehouse(placement: Placement | None, node: Node) -> bool:
    """`staging` and `intermediate` alone do not: many projects keep their marts beside them, in no folder."""
    if placement is None:
        return False
    return placement.layer is Layer.MART or Layer.WAREHOUSE.value in node.fqn[1:-1]


def _plain(text: str) -> str:
    """A pattern without what is often wrong in one, to compare it with names."""
    return (
        text.replace(" ", "")
        .removeprefix(f"{_ANYWHERE}/")
        .removeprefix("models/")
        .removesuffix(f"/{_USE_CASE}")
        .casefold()
    )


def _best(patterns: Iterable[Pattern], node: Node) -> Placement | None:
    best = _best_of(patterns, node)
    match = best.match(node) if best else None
    return Placement(best.layer, match[1]) if best and match else None


def _best_of(patterns: Iterable[Pattern], node: Node) -> Pattern | None:
    """The most specific pattern that matches; of equals the first."""
    ranks = [(match[0], pattern) for pattern in patterns if (match := pattern.match(node))]
    return max(ranks, key=lambda ranked: ranked[0])[1] if ranks else None


def read_patterns(settings: Settings) -> tuple[Pattern, ...]:
    """What the project declares. Raises ConfigError where `vars: ribbon: layers` cannot be meant."""
    return tuple(_declared(settings))


def _declared(settings: Settings) -> Iterator[Pattern]:
    ours = settings.of_ribbon
    unknown = sorted(map(str, ours.keys() - _OURS))
    if unknown and settings.document.get("name") != _NAME:  # whose own variables may stand there
        raise ConfigError(f"{settings.path}: vars: ribbon: takes {', '.join(sorted(_OURS))}; found {unknown[0]!r}.")
    table = ours.get("layers")
    if not table:
        return
    named = {name: _texts(patterns) for name, patterns in table.items()} if isinstance(table, dict) else {}
    if not named or any(name not in set(Layer) or None in patterns for name, patterns in named.items()):
        raise ConfigError(
            f"{settings.path}: vars: ribbon: layers: list patterns under lake, warehouse or mart, as in"
            f" {{mart: [reporting/<use_case>, tag:mart]}}; found {shown(table)}."
        )
    for name, patterns in named.items():
        yield from (Pattern.parse(Layer(name), pattern) for pattern in patterns if pattern)


def _texts(patterns: object) -> list[str | None]:
    """The patterns of a layer, with None in place of what is none: a number, an empty text, an unknown kind."""
    listed = patterns if isinstance(patterns, list) else [] if patterns is None else [patterns]
    return [each if isinstance(each, str) and _is_pattern(each) else None for each in listed]


def _is_pattern(text: str) -> bool:
    kind, colon, rest = text.rpartition(":")
    return bool(rest.strip(" /*")) and (not colon or kind in _KINDS)
