"""How the values of one column of a real table are changed: SQL over the column, by its type."""

from collections.abc import Sequence

__all__ = ["changes"]

OFTEN = "hash({row}) % 2 = 0"

ANY_TYPE = (
    # each row takes the value of another
    "coalesce(lead({column}, 7) over (order by {row}), first_value({column}) over (order by {row}))",
    # a third of the rows loses it
    "case when hash({row}, 1) % 3 > 0 then {column} end",
    # half of the rows take the commonest value
    "case when " + OFTEN + " then (select mode({column}) from {table}) else {column} end",
)
BY_TYPE = {
    "BIGINT": ("{column} + 1", "case when " + OFTEN + " then {column} * 3 else {column} end", "-{column}"),
    "DOUBLE": ("{column} + 1.25", "case when " + OFTEN + " then {column} * 3 else {column} end", "-{column}"),
    "TIMESTAMP": (
        "{column} + interval 9 day",
        "case when " + OFTEN + " then {column} - interval 40 day else {column} end",
        "{column} + interval 300 day",
    ),
    "VARCHAR": (
        "{column} || 'S'",
        "case when " + OFTEN + " then lower({column}) else {column} end",
        "case when " + OFTEN + " then 'GASOLINE' else {column} end",  # a word that a model looks for
    ),
}


def changes(table: str, column: str, data_type: str, row: str = "rowid") -> Sequence[str]:
    """Expressions to put in the column's place. row: what tells the rows of the table apart."""
    templates = (*ANY_TYPE, *BY_TYPE[data_type])
    return [template.format(table=table, column=f'"{column}"', row=row) for template in templates]
