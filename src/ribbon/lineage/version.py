"""What a cached analysis depends on besides its input: the code that made it."""

from collections.abc import Iterable
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import ribbon

__all__ = ["analysis_version"]

# The analysis, the nouns it speaks in, and what is made of them before they are kept.
_CODE = ("sql/lineage", "model/lineage.py", "lineage/analysing.py", "lineage/cache.py", "lineage/merging.py")
_CODE_OF_TRACES = ("lineage/schemas.py", "lineage/settling.py", "lineage/traces.py")


def analysis_version() -> str:
    """A short digest of Ribbon's code of the analysis and the version of sqlglot."""
    digest = blake2b(version("sqlglot").encode(), digest_size=6)
    for file in _files(Path(ribbon.__file__).parent):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(package: Path) -> Iterable[Path]:
    for name in (*_CODE, *_CODE_OF_TRACES):
        path = package / name
        yield from sorted(path.glob("*.py")) if path.is_dir() else (path,)
