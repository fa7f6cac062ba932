"""The uses of the data: dbt groups and folders of marts, the exposures that read them, and who owns them."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ribbon.catalog.facts.groups import NO_USE, title_of
from ribbon.catalog.views import ExposureView, UseCaseView
from ribbon.dbt.documentation import DescribedExposure, Group
from ribbon.dbt.nodes import Owner
from ribbon.lineage import LineageGraph
from ribbon.project import Project

__all__ = ["Exposures", "owner_in_meta", "owner_of", "use_cases_of"]

# Name and email, each empty where it is not known.
OwnerNames = tuple[str, str]

NO_OWNER: OwnerNames = ("", "")

OTHER = "other"

_NO_USE_CASE = "Marts whose use case is unknown: no `<use_case>` of a pattern and no dbt group names it."

# What makes a dbt group a use case before it has a mart.
_KEYS_OF_USES = frozenset({"stage", "audience", "decision", "service_level"})


def owner_of(owner: Owner | None) -> OwnerNames:
    """Of a group or an exposure. Of several emails the first."""
    if owner is None:
        return NO_OWNER
    email = owner.email if isinstance(owner.email, str) else next(iter(owner.email or ()), "")
    return owner.name or email, email


def owner_in_meta(meta: dict[str, Any] | None) -> OwnerNames:
    """`meta.owner`: a name, an email, a list of either, or a mapping of name and email."""
    declared = (meta or {}).get("owner")
    if isinstance(declared, list):
        declared = next(iter(declared), None)
    if isinstance(declared, dict):
        name, email = (str(declared.get(key) or "") for key in ("name", "email"))
        return name or email, email
    text = str(declared or "")
    return text, text if "@" in text else ""


class Exposures:
    """Dashboards, notebooks, applications and exports, each decoded when it is needed."""

    def __init__(self, project: Project, graph: LineageGraph) -> None:
        self._project = project
        self._graph = graph
        self._views: dict[str, ExposureView] = {}

    @cached_property
    def by_relation(self) -> Mapping[str, tuple[str, ...]]:
        """By relation, the exposures that read it."""
        found: dict[str, list[str]] = {}
        for exposure in self._graph.exposures:
            for relation in exposure.depends_on:
                found.setdefault(relation, []).append(exposure.unique_id)
        return {relation: tuple(dict.fromkeys(exposures)) for relation, exposures in found.items()}

    @property
    def use_cases(self) -> Mapping[str, str | None]:
        """The use case of each exposure, None where it reads from several and no folder decides."""
        return {exposure.unique_id: exposure.use_case for exposure in self._graph.exposures}

    def of(self, relation: str) -> tuple[ExposureView, ...]:
        """The exposures that read a relation, as they are shown."""
        return tuple(self.view(exposure) for exposure in self.by_relation.get(relation, ()))

    def view(self, unique_id: str) -> ExposureView:
        """An exposure as it is shown."""
        if unique_id not in self._views:
            self._views[unique_id] = _exposure_view(self._project.exposure(unique_id))
        return self._views[unique_id]


def _exposure_view(exposure: DescribedExposure) -> ExposureView:
    owner, email = owner_of(exposure.owner)
    url = exposure.url or ""
    return ExposureView(
        unique_id=exposure.unique_id,
        name=exposure.name,
        label=exposure.label or exposure.name,
        type=exposure.type,
        description=exposure.description or "",
        owner=owner,
        email=email,
        maturity=exposure.maturity or "",
        url=url if url.lower().startswith(("http://", "https://")) else "",
        reads=exposure.depends_on.nodes,
    )


def use_cases_of(
    marts: Mapping[str, tuple[str, ...]], groups: Mapping[str, Group], exposures: Exposures
) -> tuple[UseCaseView, ...]:
    """By name. marts: unique ids by use case. groups: by name. Exposures that read no mart are of the use `other`."""
    named = {name for name, group in groups.items() if _KEYS_OF_USES & group_meta(group).keys()}
    read = _exposures_by_use(marts, exposures)
    names = sorted({*marts, *named, *read})
    return tuple(_use_case_view(name, marts.get(name, ()), groups.get(name), read.get(name, ())) for name in names)


def group_meta(group: Group) -> dict[str, Any]:
    """The `meta` of a group, wherever a version of dbt has it."""
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


def _use_case_view(
    name: str, marts: tuple[str, ...], group: Group | None, exposures: tuple[ExposureView, ...]
) -> UseCaseView:
    if group is None:
        label = "Other uses" if name == OTHER and not marts else title_of(name)
        description = _NO_USE_CASE if name == NO_USE else ""
        return UseCaseView(name, label, description, marts=marts, exposures=exposures)
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


def _service_level(declared: Any) -> Iterator[tuple[str, str]]:
    """A mapping of promises, a list of such, or a sentence."""
    if isinstance(declared, dict):
        yield from ((title_of(str(name)), _text(words)) for name, words in declared.items())
    elif isinstance(declared, list):
        for each in declared:
            yield from _service_level(each)
    elif declared:
        yield "Service level", _text(declared)


def _text(declared: Any) -> str:
    if isinstance(declared, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in declared.items())
    if isinstance(declared, list):
        return ", ".join(_text(each) for each in declared)
    return "" if declared is None else str(declared)
