"""The SQL by which a delivered value takes its declared type, or does not fit it: no value changes on the way.

Text is read as the contract's notation says; a typed value fits where it comes back the same from its declared type.
"""

import re
from dataclasses import dataclass, replace

import duckdb
from duckdb.sqltypes import DuckDBPyType

from ribbon.engines.duckdb_file import literal, quoted
from ribbon.model import FileFormat

__all__ = ["Cast", "always_fits", "cast_text", "cast_value", "children", "is_same_kind"]

_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
_NUMBERS = (*_WHOLE, "FLOAT", "DOUBLE", "DECIMAL")
_MOMENTS = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_TEXTS = ("VARCHAR", "ENUM", "UUID")
_NESTED = ("STRUCT", "MAP", "UNION")

_WIDENS_TO = {
    "BIGINT": {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"},
    "INTEGER": {"TINYINT", "SMALLINT", "UTINYINT", "USMALLINT"},
    "DOUBLE": {"FLOAT", "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"},
    "TIMESTAMP": {"TIMESTAMP_S", "TIMESTAMP_MS"},
}

_TIME = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6}0*)?)?"
_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_OFFSET = r" ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)"
_MIDNIGHT = r"([ T]00:00(:00([.]0+)?)?)?"


@dataclass(frozen=True)
class Cast:
    """SQL of a value in its declared type, null where it does not fit, and SQL that is true where it fits.

    fits: None where every value does.
    """

    value: str
    fits: str | None = None


def cast_text(text: str, data_type: str, reads: FileFormat, notation: str | None = None) -> Cast:
    """The cast of a text. text: its SQL. data_type: the declared type, as DuckDB names it. notation: for strptime."""
    given = text
    if reads.null_tokens:
        tokens = ", ".join(map(literal, reads.null_tokens))
        given = f"case when {text} in ({tokens}) then null else {text} end"
    if data_type == "VARCHAR":
        return Cast(given)
    if data_type.startswith("STRUCT(") or data_type.endswith("[]"):
        json = f"try_cast({given} as json)"
        cast = _cast_json(json, duckdb.sqltype(data_type), replace(reads, decimal=".", thousands=None, null_tokens=()))
        return Cast(cast.value, f"(({given}) is null or coalesce({json} is not null and {cast.fits}, false))")
    trimmed = f"trim({given}, {literal(' ' + chr(9) + chr(160))})"
    value = _value_of_text(trimmed, data_type, reads, notation)
    if plain := _plain_form(given, data_type, reads, notation):
        value = f"case when {plain} then try_cast({given} as {data_type}) else {value} end"
    return Cast(value, f"(({given}) is null or ({value}) is not null)")


def cast_value(value: str, given: str, declared: str) -> Cast:
    """The cast of a typed value; the types are of the same kind. value: its SQL."""
    if given == declared:
        return Cast(value)
    if always_fits(given, declared):
        return Cast(f"cast({value} as {declared})")
    cast = f"try_cast({value} as {declared})"
    return Cast(cast, f"({value} is null or cast({cast} as {given}) is not distinct from {value})")


def always_fits(given: str, declared: str) -> bool:
    """Whether every value of a type has an equal one in the declared type."""
    return (
        given == declared or given in _WIDENS_TO.get(declared, ()) or (declared == "VARCHAR" and _name(given) in _TEXTS)
    )


def is_same_kind(given: str, declared: str) -> bool:
    """Whether values of a type may take another one where none of them changes: numbers, moments, texts."""
    pairs = ((_NUMBERS, _NUMBERS), (_MOMENTS, _MOMENTS), (_TEXTS, ("VARCHAR",)))
    names = _name(given), _name(declared)
    return given == declared or any(names[0] in those and names[1] in these for those, these in pairs)


def _name(data_type: str) -> str:
    """DECIMAL of DECIMAL(18,3); a list has no such name."""
    return data_type.partition("(")[0] if not data_type.endswith("]") else data_type


def _plain_form(text: str, data_type: str, reads: FileFormat, notation: str | None) -> str | None:
    """SQL: whether a text is the one by which DuckDB writes its value, and so fits. None where that tells nothing.

    Most texts are, and to ask costs a fraction of a regular expression.
    """
    name, value = _name(data_type), f"try_cast({text} as {data_type})"
    same = f"cast({value} as varchar) = {text}"
    if name in _WHOLE or (name in _NUMBERS and reads.decimal == "." and not reads.thousands):
        return same
    if name in {"DATE", "TIMESTAMP"} and not notation and (name == "DATE" or not reads.time_zone):
        # Neither infinite nor before Christ.
        return f"{same} and {value} between '0001-01-01' and '9999-12-31'"
    return None


def _value_of_text(text: str, data_type: str, reads: FileFormat, notation: str | None) -> str:
    name = _name(data_type)
    if name in _NUMBERS:
        return _number(text, data_type, reads)
    if name == "DATE":
        day = f"cast(try_strptime({text}, {literal(notation)}) as date)" if notation else f"try_cast({text} as date)"
        return day if notation else _when(text, f"{_DATE}{_MIDNIGHT}", day)
    if name in _MOMENTS or name == "TIMESTAMP WITH TIME ZONE":
        return _moment(text, data_type, reads, notation)
    if name in _NESTED or name.endswith("]"):
        kind = "ARRAY" if name.endswith("]") else "OBJECT"
        parsed = f"try_cast({text} as json)"
        return f"case when json_type({parsed}) = '{kind}' then try_cast({parsed} as {data_type}) end"
    return f"try_cast({text} as {data_type})"


def _cast_json(json: str, kind: DuckDBPyType, reads: FileFormat) -> Cast:
    """The cast of JSON. It fits where all values in it do: DuckDB's own cast rounds them or makes them null.

    Keys that a struct does not name are left out.
    """
    kinds = f"coalesce(json_type({json}), 'NULL')"
    if kind.id == "struct":
        parts = {
            name: _cast_json(f"json_extract({json}, {literal(_pointer(name))})", child, reads)
            for name, child in children(kind)
        }
        packed = ", ".join(f"{quoted(name)} := {part.value}" for name, part in parts.items())
        fits = " and ".join(part.fits or "true" for part in parts.values())
        value = f"case when {kinds} = 'OBJECT' then struct_pack({packed}) end"
        return Cast(value, f"({kinds} = 'NULL' or ({kinds} = 'OBJECT' and {fits}))")
    if kind.id == "list":
        item = f"item_{json.count('item_')}"  # lists in lists have items of their own
        part = _cast_json(item, children(kind)[0][1], reads)
        items = f"case when {kinds} = 'ARRAY' then cast({json} as json[]) end"
        fits = f"list_bool_and([{part.fits or 'true'} for {item} in {items}])"
        value = f"[{part.value} for {item} in {items}]"
        return Cast(value, f"({kinds} = 'NULL' or ({kinds} = 'ARRAY' and coalesce({fits}, true)))")
    if str(kind) == "JSON":
        return Cast(json)
    text = f"json_extract_string({json}, '$')"
    return cast_text(text, str(kind), reads)


def children(kind: DuckDBPyType) -> list[tuple[str, DuckDBPyType]]:
    """The types inside a struct, or the one inside a list, with their names."""
    return [(name, child) for name, child in kind.children if isinstance(child, DuckDBPyType)]


def _pointer(key: str) -> str:
    """The JSON pointer to a key (RFC 6901)."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _when(text: str, regex: str, value: str) -> str:
    return f"case when regexp_full_match({text}, {literal(regex)}) then {value} end"


def _number(text: str, data_type: str, reads: FileFormat) -> str:
    point = re.escape(reads.decimal)
    whole = "[0-9]+"
    plain = text
    if reads.thousands:
        whole = rf"([0-9]{{1,3}}({re.escape(reads.thousands)}[0-9]{{3}})+|[0-9]+)"
        plain = f"replace({plain}, {literal(reads.thousands)}, '')"
    if reads.decimal != ".":
        plain = f"replace({plain}, {literal(reads.decimal)}, '.')"
    number = f"try_cast({plain} as {data_type})"
    name = _name(data_type)
    if name in _WHOLE:
        return _when(text, f"[+-]?{whole}", number)
    if name == "DECIMAL":
        places = int(data_type.partition(",")[2].rstrip(")") or 0)
        fraction = f"({point}[0-9]{{0,{places}}}0*)?"
        return _when(text, f"[+-]?({whole}{fraction}|{point}[0-9]{{1,{max(places, 1)}}}0*)", number)
    finite = f"[+-]?({whole}({point}[0-9]*)?|{point}[0-9]+)([eE][+-]?[0-9]+)?"
    # A number that is too large becomes infinite, one that is too small becomes zero.
    kept = f"isfinite({number}) and {_keeps_digits(plain, number, 6 if name == 'FLOAT' else 15)}"
    return (
        f"case when regexp_full_match({text}, {literal(finite)}) then case when {kept} then {number} end"
        f" when regexp_full_match({text}, '(?i)[+-]?(nan|inf|infinity)') then {number} end"
    )


def _keeps_digits(text: str, number: str, always: int) -> str:
    """SQL: a text of many digits is one by which its float is written, with as many digits or with the fewest.

    always: so many digits every float keeps.
    """

    def digits(written: str) -> str:
        return f"trim(regexp_replace(regexp_replace({written}, '[eE].*', ''), '[^0-9]', '', 'g'), '0')"

    places = f"greatest(length(regexp_replace({digits(text)}, '^0+', '')), 1) - 1"
    as_long = f"printf('%.' || cast({places} as varchar) || 'e', cast({number} as double))"
    return (
        f"case when length({text}) <= {always:d} then {number} <> 0 or not regexp_matches({text}, '^[^eE]*[1-9]')"
        f" else {digits(text)} in ({digits(f'cast({number} as varchar)')}, {digits(as_long)}) end"
    )


def _moment(text: str, data_type: str, reads: FileFormat, notation: str | None) -> str:
    """A time in UTC: text with an offset says which it is, other text is of the contract's time zone."""
    local = f"try_strptime({text}, {literal(notation)})" if notation else f"try_cast({text} as timestamp)"
    if notation and "%z" in notation:
        local = f"({local} at time zone 'UTC')"
    elif reads.time_zone:
        local = f"(timezone({literal(reads.time_zone)}, {local}) at time zone 'UTC')"
    if notation:
        return f"cast({local} as {data_type})"
    # DuckDB reads no offset where the seconds are left out.
    seconds = f"regexp_replace({text}, '([ T][0-9]{{1,2}}:[0-9]{{2}})( ?[ZU+-])', '\\1:00\\2')"
    shifted = f"(try_cast({seconds} as timestamptz) at time zone 'UTC')"
    return (
        f"cast(case when regexp_full_match({text}, {literal(f'{_DATE}([ T]{_TIME})?')}) then {local}"
        f" when regexp_full_match({text}, {literal(f'{_DATE}[ T]{_TIME}{_OFFSET}')}) then {shifted} end as {data_type})"
    )
