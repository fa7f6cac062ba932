"""`ribbon lineage`: where columns come from, and what they feed."""

from pathlib import Path

import click

from ribbon.cli.lineage_column import show_downstream, show_upstream
from ribbon.cli.lineage_relation import show_relation, show_summary
from ribbon.cli.session import Session, command
from ribbon.lineage import LineageGraph, lineage_of
from ribbon.lineage.names import find
from ribbon.lineage.project import nodes_of
from ribbon.project import read_project, report_changes

__all__ = ["lineage"]


@click.argument("name", required=False)
@click.option("--downstream", is_flag=True, help="What NAME feeds, down to marts and uses, not what it comes from.")
@click.option("--strict", is_flag=True, help="Exit with 1 where something of what is shown could not be resolved.")
@click.option(
    "--target-path",
    type=click.Path(path_type=Path),
    default=None,
    help="Where dbt left its artifacts; DBT_TARGET_PATH, or target in the project, without it.",
)
@command("lineage", in_project=False)
def lineage(session: Session, name: str | None, downstream: bool, strict: bool, target_path: Path | None) -> int:
    """Show where a column comes from, from the SQL that dbt compiled; works for any dbt project.

    NAME is a column (mart.store_daily.net_sales_usd) or a relation (mart.store_daily), each by layer, schema or source
    system, or without; none counts what there is, and what could not be resolved. What values are made from and what
    decides which rows there are, are shown apart.
    """
    target_dir = session.project.project_dir / target_path if target_path else session.project.target_dir
    graph = _load(session, target_dir)
    meant = find(graph, name) if name is not None else None
    if meant is None:
        unresolved = show_summary(session.console, graph)
    elif meant.name is None:
        unresolved = show_relation(session.console, graph, meant.relation, down=downstream)
    else:
        show = show_downstream if downstream else show_upstream
        unresolved = show(session.console, graph, meant.name)
    return 1 if strict and unresolved else 0


def _load(session: Session, target_dir: Path) -> LineageGraph:
    project = read_project(session.project, target_dir)
    with session.console.bar("Lineage") as bar:
        nodes = nodes_of(project, session.project.build_file)
        graph = lineage_of(nodes, project.paths.cache_dir(target_dir), progress=bar.at)
    for note in (*graph.notes, report_changes(project)):
        if note:
            session.console.warn(note)
    return graph
