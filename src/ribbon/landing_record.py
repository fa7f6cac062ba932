"""What the last landing of each source could not do, so that whoever looks later learns of it."""

import json
from collections.abc import Mapping
from pathlib import Path

from ribbon.errors import WorldError

__all__ = ["failed_landings", "record_landing"]

FILE = "landing.json"


def failed_landings(data_dir: Path) -> Mapping[str, str]:
    """By source, as `system.table`, why it could not land when it was last tried."""
    path = data_dir / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise WorldError(f"{path}: cannot be read: {error}. Delete it; `ribbon land` writes it again.") from error
    return {str(name): str(why) for name, why in found.items()} if isinstance(found, dict) else {}


def record_landing(data_dir: Path, outcomes: Mapping[str, str]) -> None:
    """Keep the outcome of each source that was tried: why it could not land, empty where it did."""
    try:
        known = dict(failed_landings(data_dir))
    except WorldError:
        known = {}
    problems = {name: why for name, why in {**known, **outcomes}.items() if why}
    path = data_dir / FILE
    if problems or path.exists():
        draft = path.with_name(f".{FILE}.new")
        draft.write_text(json.dumps(problems, indent=2) + "\n", encoding="utf-8")
        draft.replace(path)
