"""Bounds and shapes that hold for what is there, with room for what will come."""

import math
import re
from datetime import date, datetime
from decimal import Decimal

__all__ = ["Bound", "date_bounds", "number_bounds", "row_count_bounds", "shapes_of"]

Bound = int | float

# Room on either side, as a share of the distance between the lowest and the highest value.
ROOM = Decimal("0.2")

SPECIAL = r"[.^$*+?{}\[\]\\|()]"
CLASSES = (("0-9", r"[0-9]+"), ("A-Z", r"[A-Z]+"), ("a-z", r"[a-z]+"))


def number_bounds(lowest: object, highest: object) -> tuple[Bound, Bound] | None:
    """Rounded bounds with a fifth of the span as room, not across zero; a share stays within 0 and 1.

    None where a bound is not finite.
    """
    low, high = Decimal(str(lowest)), Decimal(str(highest))
    if not (low.is_finite() and high.is_finite()):
        return None
    whole = isinstance(lowest, int) and isinstance(highest, int)
    if not whole and low >= 0 and high <= 1:
        return 0, 1
    room = ((high - low) or abs(high) or Decimal(1)) * ROOM
    lower = max(low - room, Decimal(0)) if low >= 0 else low - room
    upper = min(high + room, Decimal(0)) if high <= 0 and low < 0 else high + room
    step = Decimal(10) ** (math.floor(math.log10(max(abs(lower), abs(upper)))) - 1)
    if whole:
        step = max(step, Decimal(1))
    return _plain(math.floor(lower / step) * step), _plain(math.ceil(upper / step) * step)


def date_bounds(lowest: date, highest: date) -> tuple[str, str]:
    """From the start of the year of the earliest to the end of the year after the latest."""
    return f"{lowest.year:04d}-01-01", f"{min(highest.year + 1, datetime.max.year):04d}-12-31"


def row_count_bounds(rows: int) -> tuple[int, int]:
    """Half and twice the rows, rounded outwards to two digits; at least one row."""
    step = max(1, 10 ** (len(str(rows)) - 2))
    return max(1, rows // 2 // step * step), math.ceil(rows * 2 / step) * step


def shapes_of(value: str) -> list[str]:
    """Regular expressions that the shape of a code like `AB-0012` suggests, the strictest first; none for prose."""
    if not re.search(r"[0-9]", value) or re.search(r"\s", value):
        return []
    fixed, loose, rest = "", "", value
    while rest:
        known = next(((name, re.match(regex, rest)) for name, regex in CLASSES if re.match(regex, rest)), None)
        if known is None or known[1] is None:
            sign = re.sub(SPECIAL, r"\\\g<0>", rest[0])
            fixed, loose, rest = fixed + sign, loose + sign, rest[1:]
            continue
        name, run = known[0], known[1][0]
        fixed, loose, rest = f"{fixed}[{name}]{{{len(run)}}}", f"{loose}[{name}]+", rest[len(run) :]
    return [f"^{fixed}$", f"^{loose}$"]


def _plain(value: Decimal) -> Bound:
    return int(value) if value == value.to_integral_value() else float(value)
