"""Facts about dialects that sqlglot does not have: aggregates, units of time, pseudo-columns, default names."""

from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.dialects.duckdb import DuckDB

__all__ = [
    "KEYS_IN_PLACE",
    "RESERVED",
    "SILENTLY_RECURSIVE",
    "UNITS",
    "aggregates",
    "is_pseudo_column",
    "unfolds",
    "values_name",
]

# Words that name nothing without quotes, in either engine.
RESERVED = frozenset(DuckDB.Generator.RESERVED_KEYWORDS) | frozenset(BigQuery.Generator.RESERVED_KEYWORDS)

AGGREGATES = (exp.AggFunc, exp.JSONArrayAgg, exp.JSONObjectAgg)
UNFOLDING = (exp.UDTF, exp.Explode, exp.ExplodingGenerateSeries)

# Dialects that have recursion without saying RECURSIVE.
SILENTLY_RECURSIVE = frozenset({"tsql", "oracle", "snowflake", "teradata", "fabric"})

# Dialects that leave the key of USING where the first source has it; the standard puts keys in front.
KEYS_IN_PLACE = frozenset({"duckdb", "clickhouse"})

# Columns that engines have without a declaration.
PSEUDO = {"rowid", "filename", "file_row_number", "file_index", "ctid", "xmin", "xmax", "tableoid", "oid", "$path"}
PSEUDO_PREFIXES = (
    "metadata$",
    "$",
    "_table_",
    "_partition",
    "_file_name",
    "_change_",
    "_metadata",
    "_part",
    "_sample_",
)

# The names of columns of VALUES without an alias.
VALUES_NAMES: dict[str, Callable[[int], str]] = {
    "duckdb": lambda place: f"col{place}",
    "spark": lambda place: f"col{place + 1}",
    "databricks": lambda place: f"col{place + 1}",
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Aggregates that sqlglot parses as unknown functions: DuckDB's, BigQuery's, Snowflake's, ClickHouse's.
UNKNOWN_AGGREGATES = _words(
    """
    any_value arbitrary arg_max_null arg_min_null array_concat_agg bit_and bit_or bit_xor bitstring_agg bool_and
    bool_or count_if countif entropy favg first fsum geomean geometric_mean group_concat histogram histogram_exact
    kahan_sum kurtosis kurtosis_pop last list listagg logical_and logical_or mad max_by mean min_by mode product
    quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
    regr_syy reservoir_quantile sem skewness string_agg sumkahan sum_no_overflow hll_accumulate hll_combine
    approx_top_k approx_top_sum approx_top_count array_agg array_union_agg array_unique_agg bitand_agg bitor_agg
    bitmap_construct_agg object_agg sumif avgif groupuniqarray grouparray uniq uniqexact uniqcombined json_agg
    jsonb_agg json_object_agg jsonb_object_agg xmlagg collect_list collect_set percentile st_union_agg st_extent
    st_centroid_agg
    """
)

# Words that may name a part of a date in a function that sqlglot does not know.
UNITS = _words(
    """
    year years quarter month months week weeks isoweek isoyear day days dayofweek dayofyear hour hours minute
    minutes second seconds millisecond microsecond nanosecond date time dow doy epoch decade century millennium yy
    yyyy qq q mm m dy y dd d wk ww dw hh mi n ss s ms mcs us ns
    """
)


def aggregates(node: exp.Expr) -> bool:
    """Whether a function turns many rows into one value, where no window follows it."""
    if isinstance(node, AGGREGATES):
        return True
    if not isinstance(node, exp.Anonymous):
        return False
    sketch = isinstance(node.parent, exp.Dot) and node.parent.this.name.lower() == "hll_count"
    return node.name.lower() in UNKNOWN_AGGREGATES or (sketch and node.name.lower() != "extract")


def unfolds(node: exp.Expr) -> bool:
    """Whether a function in a select list turns one row into several."""
    return isinstance(node, UNFOLDING)


def is_pseudo_column(name: str) -> bool:
    """Whether engines have a column of this name without a declaration."""
    return name.lower() in PSEUDO or name.lower().startswith(PSEUDO_PREFIXES)


def values_name(dialect: str, place: int) -> str:
    """The name of a column of VALUES without an alias."""
    name = VALUES_NAMES.get(dialect)
    return f"column{place + 1}" if name is None else name(place)
