"""The SQL by which a delivered value takes its declared type, or does not fit it: no value changes on the way.

Text is read as the contract's notation says; a typed value fits where it comes back the same from its declared type.
"""

import re
from dataclasses import dataclass

from ribbon.engines.duckdb_file import literal
from ribbon.model import FileFormat

__all__ = ["Cast", "always_fits", "cast_text", "cast_value", "is_same_kind"]

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
    trimmed = f"trim({given}, {literal(' ' + chr(9) + chr(160))})"
    value = _value_of_text(trimmed, data_type, reads, notation)
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
    # A number that is too large becomes infinite.
    large = f"case when isfinite({number}) then {number} end"
    return (
        f"case when regexp_full_match({text}, {literal(finite)}) then {large}"
        f" when regexp_full_match({text}, '(?i)[+-]?(nan|inf|infinity)') then {number} end"
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
