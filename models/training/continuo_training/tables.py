"""Tables of the report, as Markdown."""

from __future__ import annotations

import numpy as np

#: How near a limit a number is shown with a digit more, so that rounding does not put it on the other side.
NEAR = 0.01


def row(name: str, cells: list[str]) -> str:
    """A line of a table."""
    return f"| {name} | " + " | ".join(cells) + " |"


def table(head: list[str], rows: list[str]) -> list[str]:
    """A table with an empty line after it."""
    return [row(head[0], head[1:]), "|" + "---|" * len(head), *rows, ""]


def number(value: float | None, digits: int = 2, limit: float | None = None) -> str:
    """A number with so many digits, and one more close to a limit; a dash for none."""
    if value is None or not np.isfinite(value):
        return "–"
    if limit is not None and abs(value - limit) < NEAR:
        digits += 1
    return f"{value:.{digits}f}"
