"""Numbers and tables as Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .contents import Table

#: How near a limit a number is shown with a digit more, so that rounding does not put it on the other side.
NEAR = 0.01


def number(value: float | None, digits: int = 2, limit: float | None = None) -> str:
    """A number with so many digits, and one more close to a limit; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    if limit is not None and abs(value - limit) < NEAR:
        digits += 1
    return f"{value:.{digits}f}"


def row(cells: Sequence[str]) -> str:
    """A line of a table."""
    return "| " + " | ".join(cells) + " |"


def markdown(table: Table, digits: int | Sequence[int] = 2, limit: float | None = None) -> str:
    """The table; `digits` is one number for all columns, or one for each."""
    lines = [row(["", *table.columns]), "|" + "---|" * (len(table.columns) + 1)]
    each = [digits] * len(table.columns) if isinstance(digits, int) else digits
    for line in table.lines:
        cells = [
            number(value, d, limit) if line.digits is None else number(value, line.digits)
            for value, d in zip(line.values, each, strict=True)
        ]
        lines.append(row([line.name, *cells]))
    return "\n".join(lines)
