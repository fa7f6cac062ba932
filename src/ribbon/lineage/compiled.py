"""The compiled SQL of a node: in the manifest, or in the file that an earlier `dbt compile` left."""

from pathlib import Path

from ribbon.dbt.nodes import Node
from ribbon.dbt.settings import Settings

__all__ = ["compiled_sql"]


def compiled_sql(node: Node, settings: Settings, target_dir: Path) -> str | None:
    """What dbt sends for a node; None where that is not known.

    A run of selected models writes a manifest with the SQL of these alone. That of the others is still in
    target/compiled/, and is believed where the model's own file has not changed since.
    """
    if node.compiled_code is not None:
        return node.compiled_code
    file = target_dir / "compiled" / node.package_name / node.original_file_path
    own = settings.package_dir(node.package_name) / node.original_file_path
    try:
        compiled_at = file.stat().st_mtime_ns
        if own.is_file() and own.stat().st_mtime_ns > compiled_at:
            return None
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
