"""Whether a page would be another if it were made now."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import msgspec

from ribbon.catalog.site.gathering import Facts
from ribbon.catalog.views import ChangeView

__all__ = ["Fingerprints"]


class Fingerprints:
    """Digests of all that relations' pages show. ground: what all pages depend on. group_pages: by unique id."""

    def __init__(self, facts: Facts, ground: bytes, group_pages: Mapping[str, str]) -> None:
        self._facts = facts
        self._ground = ground
        self._group_pages = group_pages
        self._links: dict[str, bytes] = {}
        self._of_facts: dict[str, bytes] = {}

    def of(self, unique_id: str, changes: Iterable[ChangeView]) -> bytes:
        """Of a relation's page, with these changes on it; groups show no proposals, so they are none of its facts."""
        digest = blake2b(self.of_facts(unique_id), digest_size=16)
        digest.update(self._facts.evolved.fingerprint(unique_id))
        for change in changes:
            digest.update(f"{change.at.timestamp()} {change.what}\0".encode())
        return digest.digest()

    def of_facts(self, unique_id: str) -> bytes:
        """Of what is known of a relation now."""
        found = self._of_facts.get(unique_id)
        if found is None:
            found = self._of_facts[unique_id] = self._digest(unique_id)
        return found

    def _digest(self, unique_id: str) -> bytes:
        facts = self._facts
        digest = blake2b(self._ground, digest_size=16)
        digest.update(facts.documented.fingerprint(unique_id))
        digest.update(facts.traced.fingerprint(unique_id))
        digest.update(facts.measured.fingerprint(unique_id, facts.documented.test_ids(unique_id)))
        digest.update(facts.used.fingerprint(unique_id))
        digest.update(self._group_pages.get(unique_id, "").encode())
        for neighbour in (unique_id, *facts.traced.upstream(unique_id), *facts.traced.downstream(unique_id)):
            digest.update(self._link(neighbour))
        return digest.digest()

    def _link(self, unique_id: str) -> bytes:
        """How it is pointed at, which may change without it: by another that takes its name."""
        link = self._links.get(unique_id)
        if link is None:
            known = unique_id in self._facts.graph.nodes
            link = msgspec.json.encode(self._facts.documented.link(unique_id)) if known else unique_id.encode()
            self._links[unique_id] = link
        return link
