"""The results of measuring songs, as the records keep them."""

from __future__ import annotations

from dataclasses import dataclass, field

#: A figure needs this many songs.
LEAST_SONGS = 3
#: A complaint is gone within this gap, over a figure of at least so much, or within so small a difference.
LARGE_GAP, LEAST_FIGURE, SMALL_DIFFERENCE = 0.15, 0.05, 0.02


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
class Complaint:
    """A complaint of an arranger with a figure that measures it: of real music (or what it should be), with each phrase
    arranged by itself (`before`), and at the program's defaults (`now`).

    `good`: 1 where more is better, -1 where less is, 0 where real music's is best.
    """

    complaint: str
    figure: str
    good: int
    real: float | None
    before: float
    now: float

    def gap(self, value: float) -> float:
        """How much worse than real music a value is, over the real figure (of at least 0.05); at least 0."""
        if self.real is None:
            return 0.0
        difference = (value - self.real) / max(abs(self.real), LEAST_FIGURE)
        return abs(difference) if self.good == 0 else max(0.0, -self.good * difference)

    def verdict(self) -> str:
        """Whether it is gone: within a gap of 15 %, or of 0.02."""
        if self.real is None:
            return "not in the real songs"
        is_near = self.gap(self.now) <= LARGE_GAP or abs(self.now - self.real) <= SMALL_DIFFERENCE
        return "gone" if is_near else "better" if self.gap(self.now) < self.gap(self.before) else "**not gone**"


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
    complaints: list[Complaint] = field(default_factory=list)
    #: The options of `before` in the complaints.
    by_itself: str = ""
