"""Entities and the keys that connect them, as SVG: what points is on the left, what is pointed at on the right.

The table of the relationships beside it says the same to those who do not see it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ribbon.catalog.pages.format import quoted, safe_html
from ribbon.catalog.views import EntityView, RelationshipView, Shell, SubjectView

__all__ = ["entity_diagram"]

# In pixels. A letter of the monospaced font is about so wide.
LETTER, LINE, HEAD, GAP, BETWEEN = 7, 17, 26, 22, 90
WIDEST = 34
MOST_KEYS = 8
SWEEPS = 4


@dataclass(slots=True)
class Box:
    """An entity with its position."""

    entity: EntityView
    x: int = 0
    y: int = 0

    @property
    def width(self) -> int:
        lengths = [len(self.entity.link.label) + 2, *(len(key.name) + 5 for key in self.entity.keys[:MOST_KEYS])]
        return min(max(lengths), WIDEST) * LETTER + 16

    @property
    def height(self) -> int:
        return HEAD + len(self.entity.keys[:MOST_KEYS]) * LINE + 8

    def row_of(self, column: str) -> int:
        """How far down the row of a key column is; the middle of the head where it is not shown."""
        names = [key.name.lower() for key in self.entity.keys[:MOST_KEYS]]
        if column.lower() not in names:
            return self.y + HEAD // 2
        return self.y + HEAD + names.index(column.lower()) * LINE + LINE // 2 + 2


def entity_diagram(view: SubjectView, shell: Shell) -> Markup:
    """The picture; nothing where there are no entities."""
    if not view.entities:
        return safe_html("")
    boxes = {entity.link.unique_id: Box(entity) for entity in view.entities}
    relationships = [
        relationship
        for relationship in view.relationships
        if relationship.source in boxes and relationship.target in boxes
    ]
    width, height = _placed(boxes, relationships)
    words = f"{len(boxes)} entities and {len(relationships)} relationships; the table below lists them"
    parts = [
        *(_line(relationship, boxes) for relationship in relationships),
        *(_box(box, shell) for box in boxes.values()),
    ]
    return safe_html(
        f'<svg class="entities" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="group" '
        f'aria-label="{words}">{"".join(parts)}</svg>'
    )


def _placed(boxes: Mapping[str, Box], relationships: Sequence[RelationshipView]) -> tuple[int, int]:
    """Give every box its position. Returns width and height of the diagram."""
    left, bottom = 8, 0
    for names in _columns(boxes, relationships):
        top = 8
        for name in names:
            boxes[name].x, boxes[name].y = left, top
            top += boxes[name].height + GAP
        left += max(boxes[name].width for name in names) + BETWEEN
        bottom = max(bottom, top)
    return left - BETWEEN + 8, bottom


def _columns(boxes: Mapping[str, Box], relationships: Sequence[RelationshipView]) -> list[list[str]]:
    """The boxes of each column from left to right, each in an order that crosses few lines."""
    connected = {
        name
        for relationship in relationships
        for name in (relationship.source, relationship.target)
        if relationship.source != relationship.target
    }
    ranks = _ranks([name for name in boxes if name in connected], relationships)
    columns = [[name for name in ranks if ranks[name] == rank] for rank in sorted(set(ranks.values()))]
    for _ in range(SWEEPS):
        for column in columns:
            _sort_by_neighbours(column, columns, relationships)
    return columns + _in_rows([name for name in boxes if name not in connected], max(map(len, columns), default=6))


def _ranks(names: Sequence[str], relationships: Sequence[RelationshipView]) -> dict[str, int]:
    """One step to the right of everything that points at it. Cycles end after as many rounds as there are names."""
    ranks = dict.fromkeys(names, 0)
    for _ in names:
        moved = False
        for relationship in relationships:
            if (
                relationship.source != relationship.target
                and ranks[relationship.target] <= ranks[relationship.source] < len(names) - 1
            ):
                ranks[relationship.target], moved = ranks[relationship.source] + 1, True
        if not moved:
            break
    return ranks


def _sort_by_neighbours(
    column: list[str], columns: Sequence[Sequence[str]], relationships: Sequence[RelationshipView]
) -> None:
    places = {name: place / len(names) for names in columns for place, name in enumerate(names)}

    def middle(name: str) -> float:
        near = [places[relationship.target] for relationship in relationships if relationship.source == name]
        near += [places[relationship.source] for relationship in relationships if relationship.target == name]
        return sum(near) / len(near) if near else places[name]

    column.sort(key=middle)


def _in_rows(names: Sequence[str], tall: int) -> list[list[str]]:
    """Entities without a relationship, in columns no taller than the others."""
    return [list(names[start : start + tall]) for start in range(0, len(names), tall)]


def _line(relationship: RelationshipView, boxes: Mapping[str, Box]) -> Markup:
    """A line from key to key; it leaves a box on the side of the other."""
    source, target = boxes[relationship.source], boxes[relationship.target]
    y1, y2 = source.row_of(relationship.source_columns[0]), target.row_of(relationship.target_columns[0])
    forward = source.x + source.width <= target.x
    x1 = source.x + source.width
    x2 = target.x if forward else target.x + target.width
    bend = max((x2 - x1) // 2, 30) if forward else 40
    curve = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend if forward else x2 + bend} {y2} {x2} {y2}"
    words = escape(
        f"{source.entity.link.label} ({', '.join(relationship.source_columns)}) points at "
        f"{target.entity.link.label} ({', '.join(relationship.target_columns)}) {relationship.cardinality}"
    )
    kind = "tie inferred" if relationship.inferred else "tie"
    return safe_html(
        f'<g class="{kind}"><title>{words}</title><path d="{curve}"/>'
        f"{_ends(relationship, (x1, y1), (x2, y2), forward)}</g>"
    )


def _ends(relationship: RelationshipView, start: tuple[int, int], end: tuple[int, int], forward: bool) -> str:
    """A crow's foot where there are many, a bar where there is one, a ring where there may be none."""
    way = -1 if forward else 1
    marks = _end(start, 1, many=relationship.cardinality.startswith("many"), known=bool(relationship.cardinality))
    marks += _end(end, way, many=relationship.cardinality.endswith("many"), known=bool(relationship.cardinality))
    return marks + (f'<circle cx="{end[0] + way * 12}" cy="{end[1]}" r="3"/>' if relationship.optional else "")


def _end(place: tuple[int, int], way: int, *, many: bool, known: bool) -> str:
    x, y = place
    if not known:
        return ""
    if many:
        return f'<path d="M{x} {y - 5}L{x + way * 8} {y}L{x} {y + 5}"/>'
    return f'<path d="M{x + way * 6} {y - 5}v10"/>'


def _box(box: Box, shell: Shell) -> Markup:
    link, width = box.entity.link, box.width
    kind = f"entity {escape(link.layer)}" + (" outside" if box.entity.outside else "")
    href = escape(shell.url(f"relation/{quoted(link.slug)}.html"))
    parts = [
        f'<g class="{kind}" transform="translate({box.x} {box.y})">',
        f'<rect width="{width}" height="{box.height}" rx="5"/><path d="M0 {HEAD}H{width}"/>',
        f'<a href="{href}"><text x="8" y="17" class="entity-name">{escape(_cut(link.label, WIDEST))}</text></a>',
        *(_key(key.name, key.primary, key.foreign, number) for number, key in enumerate(box.entity.keys[:MOST_KEYS])),
        "</g>",
    ]
    return safe_html("".join(parts))


def _key(name: str, primary: bool, foreign: bool, number: int) -> str:
    y = HEAD + number * LINE + 15
    role = " ".join(mark for mark, there in (("PK", primary), ("FK", foreign)) if there)
    text = f'<text x="8" y="{y}" class="key-role">{role}</text>'
    shift = 8 + 5 * LETTER if primary and foreign else 8 + 3 * LETTER
    return text + f'<text x="{shift}" y="{y}">{escape(_cut(name, WIDEST - 5))}</text>'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
