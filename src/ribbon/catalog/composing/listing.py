"""Relations as a group's page lists them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ribbon.catalog.composing.healths import Healths
from ribbon.catalog.composing.members import Member
from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.facts.judged import Judged
from ribbon.catalog.views import ListedView

__all__ = ["Listing"]


@dataclass(frozen=True)
class Listing:
    """What is told of each. members: what relations add to their groups; of one that is missing only words are told."""

    documents: Documents
    judged: Judged
    members: Mapping[str, Member]
    healths: Healths

    def of(self, uids: Iterable[str]) -> tuple[ListedView, ...]:
        """Some relations, by label."""
        return tuple(sorted((self._listed(uid) for uid in uids), key=lambda view: view.link.label))

    def _listed(self, uid: str) -> ListedView:
        member = self.members.get(uid, Member())
        return ListedView(
            self.documents.link(uid),
            self.documents.description(uid),
            columns=member.columns,
            rows=member.rows,
            queries=member.queries,
            health=self.healths.of((uid,)),
            fresh=self.judged.loaded_at(uid)
            or next((run.finished_at for run in self.judged.runs(uid) if run.built), None),
        )
