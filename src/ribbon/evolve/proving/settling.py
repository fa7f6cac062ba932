"""What relations say of each other: one that is not built, or differs from itself, puts what reads it in doubt."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ribbon.evolve.proving.state import State
from ribbon.evolve.proving.touched import Pair, Touched, ancestors
from ribbon.model import RelationProof, RowsCompared, Standing

__all__ = ["settled"]

NOT_DETERMINISTIC = "not deterministic: built twice from {}, it differs from itself{}"


def settled(
    touched: Touched, proofs: Mapping[Pair, RelationProof], of_itself: Mapping[Pair, RowsCompared], before: str
) -> tuple[RelationProof, ...]:
    """The proofs, upstream first, each in the light of what it reads.

    of_itself: how relations differ that were built twice from the same tree. before: what people call that tree.
    """
    done: dict[str, RelationProof] = {}
    doubted: dict[str, str] = {}  # by unique id after: why what reads it is in doubt
    for pair, proof in proofs.items():
        key = pair.after or pair.before or ""
        done[key] = proof
        if pair.before and pair.after and not (touched.after.is_built(key) and touched.before.is_built(pair.before)):
            done[key] = _not_built(touched, key, proof, done)
            if done[key].standing is Standing.UNPROVABLE:
                doubted[key] = "is not built by a proof"
        elif pair in of_itself and not of_itself[pair].equal:
            why = NOT_DETERMINISTIC.format(before, _where(of_itself[pair]))
            done[key] = replace(proof, standing=Standing.UNPROVABLE, reason=why)
            doubted[key] = "is not deterministic"
        else:
            done[key] = _in_doubt(touched, pair, proof, doubted)
    return tuple(done.values())


def _not_built(touched: Touched, key: str, proof: RelationProof, done: Mapping[str, RelationProof]) -> RelationProof:
    """A snapshot or a file is as it was if it is made of the same and reads the same."""
    node = touched.after.nodes[key]
    kind = node.config.materialized
    doubt = "what it is made of changed" if key in touched.changed else ""
    for parent in _parents(touched.after, key):
        read = done.get(parent)
        if (read and read.standing is not Standing.EQUAL) or (not read and parent in touched.changed):
            doubt = doubt or f"{read.name if read else parent} is not proven equal"
    if doubt:
        return replace(proof, reason=f"a proof does not build what is materialized as {kind}, and {doubt}")
    return replace(proof, standing=Standing.EQUAL, reason=f"a {kind} is not built: it reads what is equal")


def _in_doubt(touched: Touched, pair: Pair, proof: RelationProof, doubted: Mapping[str, str]) -> RelationProof:
    """What differs because of something that is not deterministic, and what reads something that is not built."""
    if not (pair.before and pair.after) or not doubted:
        return proof
    read = [key for key in ancestors(touched.after, [pair.after]) if key in doubted]
    wrong = {Standing.DIFFERS, Standing.EQUAL} if any("built" in doubted[key] for key in read) else {Standing.DIFFERS}
    if not read or proof.standing not in wrong:
        return proof
    culprit = next((key for key in read if "built" in doubted[key]), read[0])
    name = ".".join(touched.after.relations[culprit])
    return replace(proof, standing=Standing.UNPROVABLE, reason=f"it reads {name}, which {doubted[culprit]}")


def _parents(state: State, key: str) -> Iterator[str]:
    """The sources and relations that it reads, with those behind ephemeral models."""
    for parent in state.nodes[key].depends_on.nodes:
        if parent in state.relations or parent.startswith("source."):
            yield parent
        elif parent in state.nodes:
            yield from _parents(state, parent)


def _where(rows: RowsCompared) -> str:
    """In which columns, where rows could be matched."""
    return f" in {', '.join(rows.differing)}" if rows.differing else ""
