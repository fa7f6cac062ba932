"""What a cached analysis depends on besides its input: the code that made it."""

from collections.abc import Iterable
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import ribbon

__all__ = ["analysis_version", "version_of"]

# The analysis, the nouns it speaks in, and what is made of them before they are kept.
_CODE = ("sql", "sql/lineage", "model/lineage.py", "lineage/analysing.py", "lineage/cache.py", "lineage/merging.py")
_CODE_OF_TRACES = ("lineage/schemas.py", "lineage/settling.py", "lineage/traces.py")


def analysis_version() -> str:
    """A short digest of the code that lineage depends on."""
    return version_of((*_CODE, *_CODE_OF_TRACES))


def version_of(code: Iterable[str]) -> str:
    """A short digest of some of Ribbon's files and folders, by their paths in the package, and of sqlglot's version."""
    digest = blake2b(version("sqlglot").encode(), digest_size=6)
    for file in _files(Path(ribbon.__file__).parent, code):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(package: Path, code: Iterable[str]) -> Iterable[Path]:
    for name in code:
        path = package / name
        yield from sorted(path.glob("*.py")) if path.is_dir() else (path,)
