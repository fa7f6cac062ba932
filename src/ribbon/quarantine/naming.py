"""What a person means by a name on the command line."""

from dataclasses import dataclass
from difflib import get_close_matches

from ribbon.config import ProjectPaths
from ribbon.engines.quarantine_tables import SUFFIX
from ribbon.errors import ConfigError
from ribbon.model import Relation, SourceTable
from ribbon.project import Project as Manifest
from ribbon.quarantine.batches import HeldBatch, held_batches

__all__ = ["Meant", "find_meant"]


@dataclass(frozen=True)
class Meant:
    """Batches of one source with its contract (if there is one), or a relation whose rows may be aside, or neither."""

    batches: tuple[HeldBatch, ...] = ()
    source: SourceTable | None = None
    relation: Relation | None = None


def find_meant(project: ProjectPaths, manifest: Manifest, name: str) -> Meant:
    """`system.table`, `system.table/batch`, or a model, seed or snapshot as `name` or `schema.name`.

    Raises ConfigError with what comes close where the name means nothing here.
    """
    held = held_batches(project)
    sources = {str(source): source for source in manifest.sources}
    batches = tuple(batch for batch in held if name in {batch.source, batch.name})
    if batches:
        return Meant(batches, sources.get(batches[0].source))
    relations = {
        alias: relation
        for relation in manifest.relations
        for alias in (f"{relation}{SUFFIX}", str(relation), relation.name)
    }
    system_table, _, batch_id = name.partition("/")
    if name in relations or (system_table in sources and not batch_id):
        return Meant(source=sources.get(name), relation=relations.get(name))
    if name.endswith(SUFFIX):
        raise ConfigError(f"{name}: the project has no such model any more. Drop the table in {project.build_file}.")
    close = get_close_matches(name, [*relations, *sources, *(batch.name for batch in held)], n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`ribbon quarantine ls` lists what is set aside."
    raise ConfigError(f"there is no model, source or batch {name} in quarantine. {hint}")
