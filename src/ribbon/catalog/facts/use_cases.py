"""The uses of the data: dbt groups and folders of marts, and the exposures that read them."""

from collections.abc import Iterator, Mapping
from typing import Any

from ribbon.catalog.facts.exposures import Exposures
from ribbon.catalog.facts.groups import title_of
from ribbon.catalog.facts.owners import owner_in_meta, owner_of
from ribbon.catalog.views import ExposureView, UseCaseView
from ribbon.dbt.documentation import Group

__all__ = ["group_meta", "use_cases_of"]

OTHER = "other"
# What makes a dbt group a use case before it has a mart.
_SAID_OF_USES = frozenset({"stage", "audience", "decision", "service_level"})


def use_cases_of(
    marts: Mapping[str, tuple[str, ...]], groups: Mapping[str, Group], exposures: Exposures
) -> tuple[UseCaseView, ...]:
    """By name. marts: unique ids by use case. groups: by name. Exposures that read no mart are of the use `other`."""
    named = {name for name, group in groups.items() if _SAID_OF_USES & group_meta(group).keys()}
    read = _exposures_by_use(marts, exposures)
    names = sorted({*marts, *named, *read})
    return tuple(_view(name, marts.get(name, ()), groups.get(name), read.get(name, ())) for name in names)


def group_meta(group: Group) -> dict[str, Any]:
    """What is written under `meta` of a group, wherever a version of dbt takes it."""
    return {**(group.meta or {}), **((group.config.meta if group.config else None) or {})}


def _exposures_by_use(
    marts: Mapping[str, tuple[str, ...]], exposures: Exposures
) -> dict[str, tuple[ExposureView, ...]]:
    use_of = {mart: name for name, each in marts.items() for mart in each}
    found: dict[str, list[ExposureView]] = {}
    for unique_id, own in exposures.use_cases.items():
        view = exposures.view(unique_id)
        read = {use_of[relation] for relation in view.reads if relation in use_of}
        for name in sorted(read | ({own} if own else set())) or [OTHER]:
            found.setdefault(name, []).append(view)
    return {name: tuple(views) for name, views in found.items()}


def _view(name: str, marts: tuple[str, ...], group: Group | None, exposures: tuple[ExposureView, ...]) -> UseCaseView:
    if group is None:
        label = "Other uses" if name == OTHER and not marts else title_of(name)
        return UseCaseView(name, label, marts=marts, exposures=exposures)
    meta = group_meta(group)
    owner, email = owner_of(group.owner) if group.owner else owner_in_meta(meta)
    return UseCaseView(
        name=name,
        label=str(meta.get("label") or title_of(name)),
        description=group.description or "",
        owner=owner,
        email=email,
        stage=_text(meta.get("stage")),
        audience=_text(meta.get("audience")),
        decision=_text(meta.get("decision")),
        service_level=tuple(_service_level(meta.get("service_level"))),
        marts=marts,
        exposures=exposures,
    )


def _service_level(said: Any) -> Iterator[tuple[str, str]]:
    """A mapping of promises, a list of such, or a sentence."""
    if isinstance(said, dict):
        yield from ((title_of(str(name)), _text(words)) for name, words in said.items())
    elif isinstance(said, list):
        for each in said:
            yield from _service_level(each)
    elif said:
        yield "Service level", _text(said)


def _text(said: Any) -> str:
    if isinstance(said, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in said.items())
    if isinstance(said, list):
        return ", ".join(_text(each) for each in said)
    return "" if said is None else str(said)
