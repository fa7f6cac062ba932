"""What dbt keeps of the content of the files that it read, in its artifacts and beside them.

A manifest has checksums of models, seeds, snapshots and singular tests and the texts of macros and docs, but nothing
of YAML. `partial_parse.msgpack` has a checksum of every file, and is of this manifest only where dbt left both.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from os.path import normpath
from pathlib import Path

import msgspec

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.nodes import Checksum, Written

__all__ = ["PARTIAL_PARSE", "PROJECT_FILE", "Contents"]

PARTIAL_PARSE = "partial_parse.msgpack"
PROJECT_FILE = "dbt_project.yml"

# A package, and the path of a file in it.
File = tuple[str, str]

_SHA256 = "sha256"
_YAML = (".yml", ".yaml")
_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
_OPENING = {
    ".sql": re.compile(r"{%-?\s*(?:macro|test|data_test|materialization)\s"),
    ".md": re.compile(r"{%-?\s*docs\s"),
}


class _ParsedFile(msgspec.Struct, frozen=True):
    checksum: Checksum = Checksum()


class _StateCheck(msgspec.Struct, frozen=True):
    project_hashes: dict[str, Checksum] = {}


class _Parsed(msgspec.Struct, frozen=True):
    files: dict[str, _ParsedFile] = {}
    state_check: _StateCheck = _StateCheck()


class Contents:
    """The files that dbt read, and what is known of their contents.

    beside: the folder with dbt's own parse. copied: whether its files were copied there, and their times say nothing.
    """

    def __init__(self, artifacts: Artifacts, beside: Path | None = None, *, copied: bool = False) -> None:
        self._checksums: dict[File, set[str]] = {}
        self._texts: dict[File, list[str]] = {}
        self._files: set[File] = set()
        for written in artifacts.written:
            self._take(written)
        parsed = _read_parsed(beside, copied=copied) if beside else {}
        # One that another manifest was made of would say otherwise of some model.
        if all(parsed.get(file, checksum) & checksum for file, checksum in self._checksums.items()):
            self._checksums |= parsed
            self._files |= parsed.keys()

    def files_of(self, package: str) -> Iterator[str]:
        """The files of a package that dbt found something in."""
        return (path for name, path in sorted(self._files) if name == package)

    def differ(self, package: str, path: str, content: bytes) -> bool | None:
        """Whether a file has other content than dbt read; None where that is not known."""
        file, suffix = (package, normpath(path)), Path(path).suffix
        if known := self._checksums.get(file):
            return not known & {sha256(content).hexdigest(), sha256(content.strip()).hexdigest()}
        text = content.decode(errors="replace")
        if suffix not in _OPENING:
            return None
        blocks, texts = len(_OPENING[suffix].findall(_COMMENT.sub("", text))), self._texts.get(file, [])
        same = blocks == len(texts) and all(each in text for each in texts)
        if suffix == ".md":  # dbt renders what it keeps of docs
            return False if same else None
        return not same if texts else None

    def _take(self, written: Written) -> None:
        file = (written.package_name, normpath(written.original_file_path))
        self._files.add(file)
        if written.patch_path:
            package, _, path = written.patch_path.partition("://")
            self._files.add((package, normpath(path)))
        text = written.macro_sql if written.macro_sql is not None else written.block_contents
        if text is not None:
            self._texts.setdefault(file, []).append(text)
        elif (checksum := _of_file(written)) is not None:
            self._checksums.setdefault(file, set()).add(checksum)


def _of_file(written: Written) -> str | None:
    """The checksum of the file; None where it is of something else: of a large seed's path, a hook, a unit test."""
    checksum = written.checksum
    if not isinstance(checksum, Checksum) or checksum.name != _SHA256:
        return None
    is_other = written.resource_type == "operation" or written.original_file_path.endswith(_YAML)
    return None if is_other else checksum.checksum


def _read_parsed(folder: Path, *, copied: bool) -> Mapping[File, set[str]]:
    """The checksums of dbt's last parse in a folder, where it is not younger than the manifest."""
    file = folder / PARTIAL_PARSE
    try:
        if not copied and file.stat().st_mtime > (folder / "manifest.json").stat().st_mtime:
            return {}
        parsed = msgspec.msgpack.decode(file.read_bytes(), type=_Parsed)
    except (OSError, msgspec.DecodeError):
        return {}
    return dict(_checksums(parsed))


def _checksums(parsed: _Parsed) -> Iterable[tuple[File, set[str]]]:
    for package, checksum in parsed.state_check.project_hashes.items():
        yield (package, PROJECT_FILE), {checksum.checksum}
    for key, parsed_file in parsed.files.items():
        package, _, path = key.partition("://")
        if parsed_file.checksum.name == _SHA256:
            yield (package, normpath(path)), {parsed_file.checksum.checksum}
