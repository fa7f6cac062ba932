"""Relations as a group's page lists them."""

from collections.abc import Iterable, Mapping

from ribbon.catalog.composing.members import Member
from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.views import ListedView

__all__ = ["listed"]


def listed(uids: Iterable[str], documented: Documents, members: Mapping[str, Member]) -> tuple[ListedView, ...]:
    """By label. members: what each adds to its group; of one that is missing only words are told."""
    views = (_listed(uid, documented, members.get(uid, Member())) for uid in uids)
    return tuple(sorted(views, key=lambda view: view.link.label))


def _listed(uid: str, documented: Documents, member: Member) -> ListedView:
    return ListedView(
        documented.link(uid),
        documented.relation(uid).description,
        columns=member.columns,
        rows=member.rows,
        queries=member.queries,
        health=member.health,
    )
