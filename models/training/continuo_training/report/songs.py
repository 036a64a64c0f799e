"""Tables of the half of the report that is measured by song."""

from __future__ import annotations

from dataclasses import dataclass

from ..evaluation.songs.measure import BY_GENRE
from ..evaluation.songs.results import SongFigure, SongResults
from .tables import number

#: What is known of why a complaint stays, where it does.
REASONS = {
    "wrong endings": "a last note outside the tonic's triad has another chord",
    "a snare on other beats than two and four": "the network writes ghost notes; a low *Intensity* thins them",
    "grooves that change at each phrase": "rules repeat one bar; *Variation* at 0 % comes nearer",
    "a jig in three": "the network reads 6/8 and 3/4 as the same twelve steps",
    "a counter-melody that repeats one note": "a note struck twice stays; from three times on it is held",
    "no fill before any section": "at its default, *Fills* leaves out one section in five",
}


@dataclass
class Cells:
    """A table of texts."""

    columns: list[str]
    rows: list[list[str]]


def _pair(figure: SongFigure | None, songs: int) -> str:
    """Real and generated; and the number of songs, where not all have the figure."""
    if figure is None:
        return "–"
    few = f" ({figure.songs})" if figure.songs < songs else ""
    return f"{number(figure.real)} / {number(figure.generated)}{few}"


def gaps(songs: SongResults) -> Cells:
    """How far the figures of each set are from the real ones."""
    rows = []
    for found in (*songs.sets, *songs.genres):
        summary = found.gaps
        if summary is not None:
            shares = [f"{share:.0%}" for share in (summary.median, summary.over_15, summary.over_40)]
            rows.append([f"{found.name} ({found.songs})", str(summary.figures), *shares])
    return Cells(["figures", "median gap", "over 15%", "over 40%"], rows)


def by_genre(songs: SongResults) -> Cells:
    """Real and generated figures: a row a figure, and a column a genre and kind that has any."""
    shown = [found for found in songs.genres if found.figures]
    known = [{(f.group, f.name): f for f in found.figures} for found in shown]
    figures = list(dict.fromkeys(figure for own in known for figure in own))
    figures.sort(key=lambda figure: BY_GENRE.index(figure[1]))
    rows = []
    for group, name in figures:
        cells = [_pair(own.get((group, name)), found.songs) for own, found in zip(known, shown, strict=True)]
        rows.append([f"{group}: {name}", *cells])
    return Cells([f"{found.name} ({found.songs})" for found in shown], rows)
