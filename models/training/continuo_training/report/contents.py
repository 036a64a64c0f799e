"""What a report holds: its figures, without a word of the text around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..evaluation.results import Judges


@dataclass
class Line:
    """A line of a table; `None` where nothing was measured. `digits`, if given, holds for the whole line."""

    name: str
    values: list[float | None]
    digits: int | None = None


@dataclass
class Table:
    """Lines under the names of the columns."""

    columns: list[str]
    lines: list[Line]


@dataclass
class AimResult:
    """A figure beside its aim. `key` chooses the wording; `facts` are the figures that the wording names.

    `single` is that of one take, `usual` that of the takes that the program plays; `None` where it was not measured.
    """

    key: str
    single: float | None
    usual: float | None
    single_reached: bool | None
    usual_reached: bool | None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Method:
    """The numbers that say how the figures were measured."""

    draws: int
    training_windows: int
    nearest_windows: int
    classifier_batch: int
    melody_bars: int
    style_windows: int
    #: Rates are measured against at least this.
    rate_floor: float
    #: Takes of each window whose distances make the spread.
    spread_takes: int


@dataclass
class GenreParts:
    """The figures of one genre, part by part."""

    name: str
    windows: int
    table: Table


@dataclass
class Report:
    """Everything that `EVALUATION.md` shows, except times and sizes, which are read when it is rendered."""

    source: str
    command: str
    most: int
    genres: list[str]
    sets: list[str]
    method: Method
    aim_results: list[AimResult]
    pooled_gaps: dict[str, float]
    tables: dict[str, Table]
    parts: list[GenreParts]
    judges: Judges | None = None
    style_away: float | None = None
    style_lines: dict[str, float] = field(default_factory=dict)

    def aim_result(self, key: str) -> AimResult | None:
        """The verdict of this key; `None` when its figure was not measured."""
        return next((v for v in self.aim_results if v.key == key), None)
