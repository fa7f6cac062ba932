"""What dbt parsed of a project, made good for a copy of the project.

dbt parses everything anew where the path of the database is another one, though nothing that it parses depends on it.
"""

import hashlib
import pprint
from collections.abc import Mapping
from pathlib import Path

import yaml
from jinja2 import Template

__all__ = ["PARSED", "move_parse"]

PARSED = "partial_parse.msgpack"


def move_parse(profiles: Path, file: Path, before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Let dbt take the parse in `file` for its own. before, now: the environment, then and from now on."""
    parsed = file.read_bytes()
    old, new = _connection_hash(profiles, before), _connection_hash(profiles, now)
    assert parsed.count(old) == 1, f"{file}: dbt tells a connection by another hash than it did"
    file.write_bytes(parsed.replace(old, new))


def _connection_hash(profiles: Path, environment: Mapping[str, str]) -> bytes:
    """As dbt's `ManifestLoader.build_manifest_state_check` makes it."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    text = Template(profiles.read_text(encoding="utf-8")).render(env_var=environment.get)
    (profile,) = yaml.safe_load(text).values()
    output = profile["outputs"][profile["target"]]
    fields = {name: value for name, value in output.items() if name not in {"type", "threads"}}
    credentials = DuckDBCredentials.from_dict(DuckDBCredentials.translate_aliases(fields))
    shown = pprint.pformat(sorted(credentials.connection_info()))
    return hashlib.sha256(shown.encode()).hexdigest().encode()
