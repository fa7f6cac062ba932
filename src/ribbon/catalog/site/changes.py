"""What changed of a relation since the site was last built, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from ribbon.catalog.views import PromiseView, RelationView

__all__ = ["RelationShape", "changes_between", "shape_of"]


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise as it was. gated: whether readers wait for it, None where it was never measured."""

    test_id: str
    expectation: str
    column: str | None
    words: str
    gated: bool | None = None


@dataclass(frozen=True, slots=True)
class RelationShape:
    """What a relation looked like when its page was written. complete: whether these columns were all. sql: digest."""

    columns: tuple[tuple[str, str | None], ...] = ()
    complete: bool = True
    sql: str = ""
    promises: tuple[Promised, ...] = ()


def shape_of(view: RelationView) -> RelationShape:
    """What is remembered of a relation until the next build."""
    return RelationShape(
        columns=tuple((column.name, column.data_type) for column in view.columns),
        complete=view.complete,
        sql=blake2b(view.sql.encode(), digest_size=8).hexdigest() if view.sql else "",
        promises=tuple(_promised(promise) for promise in view.all_promises),
    )


def changes_between(before: RelationShape, after: RelationShape) -> tuple[str, ...]:
    """Each change as a clause: columns first, then the SQL, then promises."""
    return (
        *_changed_columns(before, after),
        *(("the SQL changed",) if before.sql and after.sql and before.sql != after.sql else ()),
        *_changed_promises(before.promises, after.promises),
    )


def _promised(promise: PromiseView) -> Promised:
    return Promised(promise.test_id, promise.expectation, promise.column, promise.words, promise.gated)


def _changed_columns(before: RelationShape, after: RelationShape) -> Iterator[str]:
    """Where columns were not known before none is new, and where they are not known now none is gone."""
    old = {name.casefold(): (name, kind) for name, kind in before.columns}
    new = {name.casefold(): (name, kind) for name, kind in after.columns}
    if old and before.complete:
        yield from (f"column `{name}` added" for key, (name, _) in new.items() if key not in old)
    if new and after.complete:
        yield from (f"column `{name}` removed" for key, (name, _) in old.items() if key not in new)
    for key, (name, kind) in new.items():
        was = old[key][1] if key in old else None
        if was and kind and was.casefold() != kind.casefold():
            yield f"column `{name}` is {kind}, was {was}"


def _changed_promises(before: Sequence[Promised], after: Sequence[Promised]) -> Iterator[str]:
    """The id of a test depends on its arguments: one that is gone while a similar one is new has changed."""
    old, new = ({promise.test_id: promise for promise in promises} for promises in (before, after))
    gone = [promise for key, promise in old.items() if key not in new]
    for promise in (promise for key, promise in new.items() if key not in old):
        like = next((each for each in gone if _alike(each, promise)), None)
        if like:
            gone.remove(like)
        yield f"promise changed: {promise.words} (was: {like.words})" if like else f"promise added: {promise.words}"
    yield from (f"promise removed: {promise.words}" for promise in gone)
    for key in (key for key in new if key in old):
        yield from _changed_promise(old[key], new[key])


def _changed_promise(before: Promised, after: Promised) -> Iterator[str]:
    if before.words != after.words:
        yield f"promise changed: {after.words} (was: {before.words})"
    if before.gated and after.gated is False:
        yield f"readers no longer wait for this promise: {after.words}"
    if before.gated is False and after.gated:
        yield f"readers now wait for this promise: {after.words}"


def _alike(one: Promised, other: Promised) -> bool:
    return (one.expectation, one.column) == (other.expectation, other.column)
