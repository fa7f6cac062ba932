"""A company as a dbt project: files in folders, contracts, descriptions, tests."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import yaml
from company import Company
from relation import Column, Relation, listed
from seeds import ROWS

__all__ = ["DATABASE", "write"]

DATABASE = "company.duckdb"
KIT = "kit"
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
PROJECT: dict[str, Any] = {
    "name": "company",
    "version": "1.0.0",
    "profile": "company",
    "model-paths": ["models"],
    "flags": {"send_anonymous_usage_stats": False},
    "models": {"company": {"staging": {"+schema": "staging", "+materialized": "view"}, "marts": {"+schema": "marts"}}},
}
PROFILE = {
    "company": {
        "target": "dev",
        "outputs": {"dev": {"type": "duckdb", "path": DATABASE, "threads": 2, "settings": {"memory_limit": "2GB"}}},
    }
}


def write(company: Company, folder: Path, seed: int) -> None:
    """The project in `folder`, which is emptied of an earlier one's models."""
    for part in ("models", "seeds", "snapshots", "packages"):
        shutil.rmtree(folder / part, ignore_errors=True)
    shutil.copytree(Path(__file__).parent / KIT, folder / "packages" / KIT)
    _put(folder / "packages.yml", {"packages": [{"local": f"packages/{KIT}"}]})
    _put(folder / "dbt_project.yml", PROJECT)
    _put(folder / "profiles.yml", PROFILE)
    _write_sql(company, folder)
    _write_contracts(company, folder, Random(seed))
    (folder / "sources.sql").write_text(_tables(company.sources))
    built = [model for model in company.models if model.materialized != "ephemeral"]
    (folder / "models.sql").write_text(_tables([*company.seeds, *company.snapshots, *built]))


def home(relation: Relation) -> Path:
    """The folder of a model."""
    folders = {"stg": f"models/staging/{relation.country}", "int": f"models/intermediate/{relation.country}"}
    folders |= {"mart": f"models/marts/{relation.country}", "snapshot": "snapshots", "seed": "seeds"}
    return Path(folders.get(relation.layer, f"models/core/{relation.country}"))


def _write_sql(company: Company, folder: Path) -> None:
    for seed in company.seeds:
        head = ",".join(column.name for column in seed.columns)
        _text(folder / home(seed) / f"{seed.name}.csv", "\n".join([head, *ROWS[seed.name]]) + "\n")
    for snapshot in company.snapshots:
        _text(folder / home(snapshot) / f"{snapshot.name}.sql", _snapshot_sql(snapshot))
    for model in company.models:
        _text(folder / home(model) / f"{model.name}.sql", _config(model) + model.sql.rstrip() + "\n")


def _config(model: Relation) -> str:
    if model.materialized == "incremental":
        return f"{{{{ config(materialized='incremental', unique_key='{model.columns[0].name}') }}}}\n\n"
    if model.layer == "stg":
        return ""
    return f"{{{{ config(materialized='{model.materialized}') }}}}\n\n"


def _snapshot_sql(snapshot: Relation) -> str:
    how = (
        "strategy='timestamp', updated_at='_loaded_at'"
        if snapshot.sql == "timestamp"
        else "strategy='check', check_cols='all'"
    )
    config = f"{{{{ config(target_schema='history', unique_key='{snapshot.key}', {how}) }}}}"
    body = f"select * from {snapshot.reads[0].reference}"
    return f"{{% snapshot {snapshot.name} %}}\n\n{config}\n\n{body}\n\n{{% endsnapshot %}}\n"


def _write_contracts(company: Company, folder: Path, draw: Random) -> None:
    for name, tables in _grouped(company.sources, lambda table: table.source).items():
        said = {"name": name, "description": f"The system {name}.", "tables": [_source(table) for table in tables]}
        _put(folder / f"models/staging/{tables[0].country}/_{name}__sources.yml", {"version": 2, "sources": [said]})
    for place, models in _grouped(company.models, home).items():
        _put(folder / place / "_models.yml", {"version": 2, "models": [_contract(draw, model) for model in models]})
    marts = [model for model in company.models if model.layer == "mart"]
    uses = [_exposure(draw, number, marts) for number in range(max(len(marts) // 12, 1))]
    _put(folder / "models/marts/_exposures.yml", {"version": 2, "exposures": uses})


def _grouped(relations: Iterable[Relation], by: Any) -> dict[Any, list[Relation]]:
    grouped: dict[Any, list[Relation]] = {}
    for relation in relations:
        grouped.setdefault(by(relation), []).append(relation)
    return grouped


def _source(table: Relation) -> dict[str, Any]:
    columns = [{"name": c.name, "data_type": c.type, "description": _described(c)} for c in table.columns]
    return {"name": table.name, "description": f"One row per {table.subject}.", "columns": columns}


def _contract(draw: Random, model: Relation) -> dict[str, Any]:
    grain = model.key or "row of what it is made from"
    told = [c for c in model.columns if c.name == model.key or draw.random() < 0.4]
    columns = [{"name": c.name, "description": _described(c), **_promise(c, model)} for c in told]
    return {"name": model.name, "description": f"One row per {grain}, {model.country}.", "columns": columns}


def _promise(column: Column, model: Relation) -> dict[str, Any]:
    if column.name == model.key:
        return {"data_tests": ["not_null", "unique"] if model.layer in {"stg", "dim"} else ["not_null"]}
    if column.role == "category" and column.values and model.layer in {"stg", "fct"}:
        return {"data_tests": [{"accepted_values": {"arguments": {"values": list(column.values)}}}]}
    return {}


def _described(column: Column) -> str:
    words = column.name.replace("_", " ").strip()
    return f"The {words}, one of {', '.join(column.values)}." if column.role == "category" else f"The {words}."


def _exposure(draw: Random, number: int, marts: list[Relation]) -> dict[str, Any]:
    read = draw.sample(marts, min(len(marts), draw.randint(1, 4)))
    kind = draw.choice(["dashboard", "notebook", "analysis", "ml"])
    owner = {"name": "Analytics", "email": "analytics@company.example"}
    refs = [f"ref('{mart.name}')" for mart in read]
    return {"name": f"{read[0].subject}_{kind}_{number}", "type": kind, "owner": owner, "depends_on": refs}


def _tables(relations: list[Relation]) -> str:
    schemas = dict.fromkeys(_schema(relation) for relation in relations)
    lines = [f"create schema if not exists {schema};" for schema in schemas]
    for relation in relations:
        columns = listed(f'"{column.name}" {column.type}' for column in relation.columns)
        lines.append(f"create table {_schema(relation)}.{relation.name} (\n{columns}\n);")
    return "\n".join(lines) + "\n"


def _schema(relation: Relation) -> str:
    """Where dbt puts it, by PROJECT and the configuration of snapshots."""
    schemas = {"stg": "main_staging", "mart": "main_marts", "snapshot": "history"}
    return relation.source or schemas.get(relation.layer, "main")


def _put(path: Path, document: dict[str, Any]) -> None:
    _text(path, yaml.dump(document, Dumper=DUMPER, sort_keys=False, width=1000))


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
