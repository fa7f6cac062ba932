"""What was counted of batches before: a file for each source in the data folder, which may be deleted at any time."""

from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from ribbon.config import ProjectPaths
from ribbon.engines.batch_profile import BatchFacts, facts_of_batch

__all__ = ["Remembered"]


class Remembered:
    """The facts of a source's batches; what is new is kept at the end of a `with`. hidden: columns not looked at."""

    def __init__(self, project: ProjectPaths, source: str, hidden: Collection[str]) -> None:
        self._project = project
        self._hidden = hidden
        self._path = project.data_dir / "evolve" / f"{source}.json"
        self._known = _read(self._path)
        self._used: dict[str, BatchFacts] = {}

    def __enter__(self) -> "Remembered":
        """As it is."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Keep what was counted of batches that are there; where that cannot be written, it is counted again."""
        if kind is None and self._used != self._known:
            draft = self._path.with_suffix(".draft")
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                draft.write_bytes(msgspec.json.encode(self._used))
                draft.replace(self._path)
            except OSError:
                return

    def facts(self, files: Sequence[Path]) -> BatchFacts:
        """What the batch of these files holds."""
        key = self._key(files)
        found = self._known.get(key)
        if found is None:
            found = facts_of_batch(files, self._hidden, self._project.memory_limit, self._project.data_dir / "tmp")
        self._used[key] = found
        return found

    def _key(self, files: Sequence[Path]) -> str:
        stamps = [(file.name, found.st_size, found.st_mtime_ns) for file in files for found in [file.stat()]]
        return f"{files[0].parent.name} {stamps} {sorted(self._hidden)}"


def _read(path: Path) -> dict[str, BatchFacts]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, BatchFacts])
    except (OSError, msgspec.MsgspecError):
        return {}
