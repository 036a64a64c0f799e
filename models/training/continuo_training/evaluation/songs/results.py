"""The results of measuring songs, as the records keep them."""

from __future__ import annotations

from dataclasses import dataclass, field

#: A figure needs this many songs.
LEAST_SONGS = 3


@dataclass
class SongFigure:
    """The mean of a figure over songs: real, generated, their gap, and the standard error of the paired differences.

    `real`, `gap` and `error` are `None` where the real songs lack the part. `relative`: the gap over the real figure.
    """

    group: str
    name: str
    songs: int
    real: float | None
    generated: float
    gap: float | None = None
    error: float | None = None
    relative: float | None = None


@dataclass
class GapSummary:
    """Over all figures of a set of songs: the median of the relative gaps, and how many are over 15 % and over 40 %."""

    figures: int
    median: float
    over_15: float
    over_40: float


@dataclass
class SongSet:
    """The figures of a set of songs."""

    name: str
    songs: int
    figures: list[SongFigure]
    gaps: GapSummary | None


@dataclass
class PrintedBar:
    """A bar of a generated accompaniment for the eye."""

    bar: int
    chord: str
    bass: str
    drums: str


@dataclass
class PrintedTune:
    """A tune and what the program plays under it."""

    title: str
    genre: str
    meter: str
    bars: list[PrintedBar]


@dataclass
class SongResults:
    """Everything measured on whole songs."""

    source: str
    command: str
    model: str
    backend: str
    options: str
    songs: int
    lead_sheets: int
    #: Data set → its number of songs.
    datasets: dict[str, int]
    sets: list[SongSet]
    genres: list[SongSet]
    recogniser: str = ""
    tunes: list[PrintedTune] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
