"""Follow: what the newest deliveries hold is far from what came before, or nothing comes any more."""

from collections.abc import Iterable, Iterator

from ribbon.evolve.evidence import Seen
from ribbon.evolve.left.deliveries import Batch
from ribbon.evolve.left.drift import Drift, drift_of, stopped_since
from ribbon.evolve.rules.dependents import dependents_of
from ribbon.model import ColumnName, Evidence, Gain, Proposal, ProposalKind

__all__ = ["find_drift"]


def find_drift(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each column that drifts, each source whose volume does, and each whose deliveries stopped."""
    for key, deliveries in seen.deliveries.items():
        name = str(deliveries.source)
        for drift in drift_of(deliveries):
            yield _drifted(seen, key, name, drift, deliveries.set_aside)
        stopped = stopped_since(deliveries, seen.today)
        if stopped:
            last, gap = stopped
            told = Evidence(f"lake/{name}", f"the last batch landed on {last}; before, one came every {gap:g} days")
            title = f"{name}: nothing has landed since {last}; ask for it, or declare that it ended"
            yield _about(seen, key, None, (f"stopped {last}", title), (told,))


def _drifted(seen: Seen, key: str, name: str, drift: Drift, set_aside: tuple[Batch, ...]) -> Proposal:
    figures = f"{_number(drift, drift.now)}, where {_number(drift, drift.before)} is usual"
    told = Evidence(drift.batch, f"{drift.what} {figures}, by the {drift.batches:,} batches before it")
    column = f".{drift.column}" if drift.column else ""
    title = f"{name}{column}: {drift.what} {figures}; ask what happened, or promise what is usual"
    held = [
        Evidence(f"quarantine, batch {batch.id}", "; ".join(batch.broken)) for batch in set_aside[-1:] if batch.broken
    ]
    return _about(seen, key, drift.column, (f"{drift.what} {drift.batch}", title), (told, *held))


def _about(seen: Seen, key: str, column: str | None, said: tuple[str, str], told: tuple[Evidence, ...]) -> Proposal:
    meaning, title = said
    columns = [column] if column else [name for name in seen.graph.nodes[key].columns or () if not name.startswith("_")]
    dependents = dependents_of(seen, [ColumnName(key, each) for each in columns])
    owner = str(seen.declared.node(key).metadata.get("owner") or "")
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=(f"{key}.{column}" if column else key,),
        meaning=meaning,
        title=title,
        evidence=(*told, *dependents.evidence(seen)),
        gain=Gain(use_cases=len(dependents.use_cases)),
        risk="A season, a holiday or a correction may be the whole reason.",
        ask=tuple(_named(owner, dependents.owners)),
    )


def _number(drift: Drift, figure: float) -> str:
    return f"{figure:.1%}" if drift.what == "null rate" else f"{figure:,.6g}"


def _named(owner: str, others: Iterable[str]) -> Iterator[str]:
    yield from ([owner] if owner else [])
    yield from others
