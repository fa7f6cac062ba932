"""OpenLineage's own classes, generated from its specification, as a judge of events."""

import json
from collections.abc import Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import attr
from openlineage.client.event_v2 import DatasetEvent, JobEvent, RunEvent
from openlineage.client.generated import (
    column_lineage_dataset,
    data_quality_assertions_dataset,
    data_quality_metrics_dataset,
    documentation_dataset,
    documentation_job,
    error_message_run,
    job_type_job,
    ownership_dataset,
    ownership_job,
    parent_run,
    schema_dataset,
    sql_job,
)
from openlineage.client.generated.base import BaseFacet, DatasetFacet, JobFacet

EVENTS = {"RunEvent": RunEvent, "JobEvent": JobEvent, "DatasetEvent": DatasetEvent}
FACETS: dict[str, list[type[BaseFacet]]] = {
    "columnLineage": [column_lineage_dataset.ColumnLineageDatasetFacet],
    "dataQualityAssertions": [data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet],
    "dataQualityMetrics": [data_quality_metrics_dataset.DataQualityMetricsDatasetFacet],
    "documentation": [documentation_dataset.DocumentationDatasetFacet, documentation_job.DocumentationJobFacet],
    "errorMessage": [error_message_run.ErrorMessageRunFacet],
    "jobType": [job_type_job.JobTypeJobFacet],
    "ownership": [ownership_dataset.OwnershipDatasetFacet, ownership_job.OwnershipJobFacet],
    "parent": [parent_run.ParentRunFacet],
    "schema": [schema_dataset.SchemaDatasetFacet],
    "sql": [sql_job.SQLJobFacet],
}


def read_event(line: str) -> Any:
    """An event of a line. Fails where a field is unknown, missing or of another type, or a facet is out of place."""
    said = json.loads(line)
    return _made(EVENTS[said["schemaURL"].rpartition("/")[2]], said)


def _made(kind: Any, said: Any) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _made(next(arg for arg in args if arg is not NoneType), said)
    if origin is list:
        return [_made(args[0], each) for each in said]
    if origin is dict:
        return {key: _made(_facet(key, args[1]), value) for key, value in said.items()}
    if kind is not Any and attr.has(kind):
        return _instance(kind, said)
    return said if kind is Any else _value(kind, said)


def _value(kind: Any, said: Any) -> Any:
    if issubclass(kind, Enum):
        return kind(said)
    assert isinstance(said, int | float if kind is float else kind), (kind, said)
    assert kind is bool or not isinstance(said, bool), (kind, said)
    return said


def _facet(key: str, kind: Any) -> Any:
    """The class of a facet by its name, where a dictionary is of facets."""
    if not (isinstance(kind, type) and issubclass(kind, BaseFacet)):
        return kind
    base = kind if kind in {DatasetFacet, JobFacet} else BaseFacet
    (found,) = [each for each in FACETS[key] if issubclass(each, base) and issubclass(each, kind)]
    return found


def _instance(kind: Any, said: Mapping[str, Any]) -> Any:
    """Made by its own constructor, which has what must be there, and looks at times and ids."""
    fields, hints = attr.fields_dict(kind), get_type_hints(kind)
    assert set(said) <= set(fields), (kind, set(said) - set(fields))
    given = {name: _made(hints[name], value) for name, value in said.items() if fields[name].init}
    made = kind(**{name.lstrip("_"): value for name, value in given.items()})
    assert all(getattr(made, name) == said[name] for name in said if not fields[name].init), (kind, said)
    return made
