"""What a page depends on besides its facts: the code that makes it and the files it loads."""

from collections.abc import Iterable
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import ribbon

__all__ = ["ASSETS", "assets_version", "code_version"]

_CATALOG = Path(ribbon.__file__).parent / "catalog"
_CODE = ("views", "facts", "composing", "pages")
_LIBRARIES = ("jinja2", "markdown-it-py")

# The scripts and styles, copied as they are.
ASSETS = _CATALOG / "browser"


def code_version() -> bytes:
    """A digest of the code and templates that facts go through on their way to a page."""
    libraries = " ".join(version(name) for name in _LIBRARIES)
    return _digest((path for part in _CODE for path in _files(_CATALOG / part)), libraries)


def assets_version() -> str:
    """A short text that is another when a script or style is."""
    return _digest(_files(ASSETS)).hex()[:8]


def _digest(files: Iterable[Path], also: str = "") -> bytes:
    digest = blake2b(also.encode(), digest_size=16)
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
