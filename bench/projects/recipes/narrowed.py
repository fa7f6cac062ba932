"""Some rows of a relation, and stars in all their forms."""

from random import Random

from pool import Pool
from relation import Query, Relation


def narrowed(draw: Random, pool: Pool) -> Relation | None:
    """A filter over a star: exclude, replace, or the package's star macro."""
    base = pool.pick(draw, lambda relation: bool(relation.having("category", "flag")) and len(relation.columns) > 4)
    if not base:
        return None
    star, gone = _star(draw, base)
    column = draw.choice(base.having("category", "flag"))
    condition = column.name if column.role == "flag" else f"{column.name} is not null"
    query = Query().read(draw, "base", base).add("kept", f"select\n    {star}\nfrom base\nwhere {condition}")
    columns = tuple(known for known in base.columns if known.name not in gone)
    return pool.make(base.subject, f"with_{column.name}", columns, base.key, [base], query.text())


def existing(draw: Random, pool: Pool) -> Relation | None:
    """The rows whose key something else has, or lacks: exists, in, a semi join."""
    base = pool.pick(draw, lambda relation: bool(relation.key))
    other = base and pool.pick(
        draw, lambda relation: relation != base and any(c.name == base.key for c in relation.columns)
    )
    if not base or not other:
        return None
    key = base.key
    form = draw.choice(
        [
            f"select base.*\nfrom base\nwhere exists (select 1 from other where other.{key} = base.{key})",
            f"select *\nfrom base\nwhere {key} not in (select {key} from other where {key} is not null)",
            f"select base.*\nfrom base\nsemi join other using ({key})",
        ]
    )
    query = Query().read(draw, "base", base).read(draw, "other", other).add("kept", form)
    rest = f"{'without' if 'not in' in form else 'having'}_{other.subject}"
    return pool.make(base.subject, rest, base.columns, base.key, [base, other], query.text())


def _star(draw: Random, base: Relation) -> tuple[str, set[str]]:
    loose = [column.name for column in base.having("load", "text", "json", "amount") if column.name != base.key]
    gone = draw.sample(loose, min(len(loose), draw.randint(1, 3)))
    if not gone:
        return "*", set()
    styles = ["exclude", "replace"] if base.materialized == "ephemeral" else ["exclude", "macro", "replace"]
    style = draw.choice(styles)
    if style == "exclude":
        return f"* exclude ({', '.join(gone)})", set(gone)
    if style == "macro":
        return f"{{{{ kit.star({base.reference.strip('{} ')}, except={gone!r}) }}}}", set(gone)
    return f"* replace (coalesce({gone[0]}, {gone[0]}) as {gone[0]})", set()
