"""A relation's record: what the manifest, the catalog and the lineage graph say of it, put together."""

from collections.abc import Iterator, Sequence

from ribbon.catalog.facts.freshness import freshness_of, freshness_words
from ribbon.catalog.facts.records import ColumnRecord, RelationRecord
from ribbon.catalog.views import Link
from ribbon.dbt.documentation import Described, DescribedColumn, Test
from ribbon.dbt.grain import grain_of
from ribbon.dbt.nodes import CatalogNode
from ribbon.lineage import LineageNode

__all__ = ["record_of"]


def record_of(
    link: Link, group: str, described: Described, node: LineageNode, catalog: CatalogNode | None, tests: Sequence[Test]
) -> RelationRecord:
    """What the project says of a relation, without its owner and its exposures."""
    columns = tuple(_columns(described, node, catalog))
    return RelationRecord(
        unique_id=link.unique_id,
        slug=link.slug,
        label=link.label,
        name=node.project.name,
        layer=link.layer,
        resource_type=node.project.resource_type,
        group=group,
        materialized=described.config.materialized or "",
        database_name=".".join(node.project.path),
        file=described.original_file_path,
        patch_file=(described.patch_path or "").partition("://")[2],
        description=described.description or "",
        tags=_tags(described),
        grain=grain_of(described, tests, [column.name for column in columns]),
        columns=columns,
        complete=_complete(node),
        sql=described.raw_code or "",
        compiled=described.compiled_code or "",
        freshness=freshness_words(freshness_of(described)),
    )


def _columns(described: Described, node: LineageNode, catalog: CatalogNode | None) -> Iterator[ColumnRecord]:
    """In the order of the graph, which knows those of the YAML where nobody says more."""
    traced = node.columns or {}
    declared = {column.name.casefold(): column for column in described.columns.values()}
    types = {name.casefold(): kind for name, kind in (catalog.types if catalog else {}).items()}
    names = {name.casefold(): name for name in traced}
    for key, name in names.items():
        said = declared.get(key)
        data_type = types.get(key) or (said.data_type if said else None) or traced.get(name)
        yield ColumnRecord(name, data_type, _description(said), key in node.project.restricted)


def _complete(node: LineageNode) -> bool:
    """Whether the graph's columns are all there are: somebody lists them, or its queries do."""
    return node.project.columns_from.complete or (bool(node.project.queries) and node.complete)


def _description(declared: DescribedColumn | None) -> str:
    return (declared.description if declared else None) or ""


def _tags(described: Described) -> tuple[str, ...]:
    tags = [described.tags] if isinstance(described.tags, str) else described.tags or []
    return tuple(str(tag) for tag in tags)
