"""Fingerprints of pages: a page is written again when the digest of all that it shows has changed."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import msgspec

import ribbon
from ribbon.catalog.load.facts import Facts
from ribbon.catalog.views import ChangeView, Shell

__all__ = ["Fingerprints"]

_CATALOG = Path(ribbon.__file__).parent / "catalog"

# The code and templates that facts go through on their way to a page, and the libraries that render them.
_CODE = ("addresses.py", "views.py", "facts", "load", "pages", "../verdict")
_LIBRARIES = ("jinja2", "markdown-it-py")


class Fingerprints:
    """Digests of what pages show. shell: around all pages. group_pages: the page of each relation's group."""

    def __init__(self, facts: Facts, shell: Shell, group_pages: Mapping[str, str]) -> None:
        self._facts = facts
        # What every page depends on: the code, and the frame but for the time of the artifacts.
        self._common = _code_version() + msgspec.msgpack.encode((shell.title, shell.version, shell.nav))
        self._group_pages = group_pages
        self._links: dict[str, bytes] = {}
        self._of_facts: dict[str, bytes] = {}

    def of_relation(self, unique_id: str, changes: Iterable[ChangeView]) -> bytes:
        """Of a relation's page, with these changes on it; groups show no proposals, so they are not among its facts."""
        digest = blake2b(self._relation_facts(unique_id), digest_size=16)
        digest.update(self._facts.evolution.fingerprint(unique_id))
        for change in changes:
            digest.update(f"{change.at.timestamp()} {change.what}\0".encode())
        return digest.digest()

    def of_view(self, shown: object, relations: Iterable[str] = ()) -> bytes:
        """Of any other page. shown: what it shows. relations: unique ids of those of which it shows more."""
        digest = blake2b(self._common, digest_size=16)
        digest.update(msgspec.msgpack.encode(shown))
        for key in relations:
            digest.update(self._relation_facts(key) if key in self._facts.graph.nodes else key.encode())
        return digest.digest()

    def _relation_facts(self, unique_id: str) -> bytes:
        found = self._of_facts.get(unique_id)
        if found is None:
            found = self._of_facts[unique_id] = self._digest(unique_id)
        return found

    def _digest(self, unique_id: str) -> bytes:
        facts = self._facts
        digest = blake2b(self._common, digest_size=16)
        digest.update(facts.documents.fingerprint(unique_id))
        digest.update(facts.lineage.fingerprint(unique_id))
        digest.update(facts.history.fingerprint(unique_id, facts.documents.test_ids(unique_id)))
        digest.update(facts.usage.fingerprint(unique_id))
        digest.update(msgspec.msgpack.encode(facts.verdicts.get(unique_id)))
        digest.update(self._group_pages.get(unique_id, "").encode())
        for neighbour in (unique_id, *facts.lineage.upstream(unique_id), *facts.lineage.downstream(unique_id)):
            digest.update(self._link(neighbour))
        return digest.digest()

    def _link(self, unique_id: str) -> bytes:
        """How it is linked to, which may change without it: by another that takes its name."""
        link = self._links.get(unique_id)
        if link is None:
            known = unique_id in self._facts.graph.nodes
            link = msgspec.json.encode(self._facts.documents.link(unique_id)) if known else unique_id.encode()
            self._links[unique_id] = link
        return link


def _code_version() -> bytes:
    digest = blake2b(" ".join(version(name) for name in _LIBRARIES).encode(), digest_size=16)
    for path in _code_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _code_files() -> Iterator[Path]:
    for part in _CODE:
        path = _CATALOG / part
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in files if file.is_file() and "__pycache__" not in file.parts)
