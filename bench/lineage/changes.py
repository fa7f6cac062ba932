"""Edits a compiled project as dbt would after somebody changed a staging model."""

import hashlib
import json
from pathlib import Path
from typing import Any

__all__ = ["add_column", "descendants", "most_read", "recompute_column"]

Document = dict[str, Any]


def most_read(manifest: Document) -> str:
    """The staging model with the most descendants, so that a change reaches as far as it can."""
    children = manifest["child_map"]
    staged = [key for key in children if key.startswith("model.") and ".stg_" in key]
    return str(max(staged, key=lambda key: len(_below(key, children))))


def descendants(manifest: Document, key: str) -> int:
    """How many models lie below it."""
    return len(_below(key, manifest["child_map"]))


def recompute_column(folder: Path, key: str) -> None:
    """Its last column goes through coalesce: the same columns, another expression."""
    _edit(folder, key, "_loaded_at\n", "coalesce(_loaded_at, current_timestamp) as _loaded_at\n")


def add_column(folder: Path, key: str) -> None:
    """One more column at its end, which every star below it carries on."""
    _edit(folder, key, "_loaded_at\n", "_loaded_at,\n        1 as added_by_bench\n")


def _edit(folder: Path, key: str, before: str, after: str) -> None:
    file = folder / "target/manifest.json"
    manifest = json.loads(file.read_text())
    node = manifest["nodes"][key]
    for field in ("raw_code", "compiled_code"):
        head, found, tail = node[field].partition("renamed as (")
        if before not in tail:
            raise SystemExit(f"{file}: {key}: {field} has no {before!r} to change")
        node[field] = head + found + tail.replace(before, after, 1)
    node["checksum"]["checksum"] = hashlib.sha256(node["raw_code"].encode()).hexdigest()
    file.write_text(json.dumps(manifest))


def _below(key: str, children: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found and child.startswith(("model.", "snapshot.")):
                found.add(child)
                waiting.append(child)
    return found
