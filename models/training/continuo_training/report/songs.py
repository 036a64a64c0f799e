"""Tables of the half of the report that is measured by song."""

from __future__ import annotations

from dataclasses import dataclass

from ..evaluation.songs.results import SongFigure, SongResults
from .tables import number


@dataclass
class Cells:
    """A table of texts."""

    columns: list[str]
    rows: list[list[str]]


def _pair(figure: SongFigure | None) -> str:
    if figure is None:
        return "–"
    return f"{number(figure.real)} / {number(figure.generated)}"


def gaps(songs: SongResults) -> Cells:
    """How far the figures of each set are from the real ones."""
    rows = []
    for found in (*songs.sets, *songs.genres):
        if found.gaps is not None:
            shares = (found.gaps.median, found.gaps.over_15, found.gaps.over_40)
            rows.append(
                [f"{found.name} ({found.songs})", str(found.gaps.figures), *(f"{share:.0%}" for share in shares)]
            )
    return Cells(["figures", "median gap", "over 15%", "over 40%"], rows)


def by_genre(songs: SongResults) -> Cells:
    """Real and generated figures: a row a genre and kind, and a column a figure."""
    figures = list(dict.fromkeys((f.group, f.name) for found in songs.genres for f in found.figures))
    rows = []
    for found in songs.genres:
        own = {(f.group, f.name): f for f in found.figures}
        rows.append([f"{found.name} ({found.songs})", *(_pair(own.get(figure)) for figure in figures)])
    return Cells([name for _, name in figures], rows)
