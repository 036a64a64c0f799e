"""Real and generated figures of many songs, side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..metrics import RATE_FLOOR
from .figures import Figures
from .music import TRACKS
from .results import LEAST_SONGS, GapSummary, SongFigure, SongSet

#: Gaps larger than these shares of the real figure are counted.
LARGE, VERY_LARGE = 0.15, 0.40

Pair = tuple[Figures, Figures]


def _part(name: str) -> int:
    """The track that a figure's name names; figures of all parts come first."""
    return next((number for number, track in enumerate(TRACKS) if number and track in name.split(", ")[-2:]), 0)


def _figure(figure: tuple[str, str], pairs: Sequence[Pair]) -> SongFigure | None:
    """One figure over the songs that have it on both sides; else, over those where it is only generated."""
    nan = float("nan")
    values = [(real.get(figure, nan), made.get(figure, nan)) for real, made in pairs]
    both = np.array([v for v in values if not math.isnan(v[0]) and not math.isnan(v[1])])
    if len(both) >= LEAST_SONGS:
        real, made = both.mean(0)
        differences = both[:, 1] - both[:, 0]
        error = float(differences.std(ddof=1) / math.sqrt(len(both)))
        gap = float(made - real)
        relative = abs(gap) / max(abs(float(real)), RATE_FLOOR)
        return SongFigure(*figure, len(both), float(real), float(made), gap, error, relative)
    alone = [made for _, made in values if not math.isnan(made)]
    if len(alone) >= LEAST_SONGS:
        return SongFigure(*figure, len(alone), None, float(np.mean(alone)))
    return None


#: Groups that have a table of their own, and do not count in the summary of gaps.
OF_CHORDS = ("form", "chords", "lead sheet", "texture")


def gap_summary(figures: Sequence[SongFigure]) -> GapSummary | None:
    """The relative gaps of all figures that have a real one, without those of form, chords, lead sheets and texture."""
    gaps = np.array([f.relative for f in figures if f.relative is not None and f.group not in OF_CHORDS])
    if not len(gaps):
        return None
    shares = (float((gaps > limit).mean()) for limit in (LARGE, VERY_LARGE))
    return GapSummary(len(gaps), float(np.median(gaps)), *shares)


SEAMS, ELSEWHERE = ", at seams", ", elsewhere"


def _seams_over_elsewhere(figures: Sequence[SongFigure]) -> list[SongFigure]:
    """The mean jumps at seams over those elsewhere."""
    elsewhere = {f.name.removesuffix(ELSEWHERE): f for f in figures if f.name.endswith(ELSEWHERE)}
    ratios = []
    for figure in figures:
        name = figure.name.removesuffix(SEAMS)
        other = elsewhere.get(name) if figure.name.endswith(SEAMS) else None
        if other is None or figure.real is None or not other.real or not other.generated:
            continue
        values = figure.real / other.real, figure.generated / other.generated
        ratios.append(SongFigure(figure.group, f"{name}, seams over elsewhere", figure.songs, *values))
    return ratios


def compared(name: str, pairs: Sequence[Pair]) -> SongSet:
    """A set of songs, from (real figures, generated figures) of each."""
    names = list(dict.fromkeys(figure for pair in pairs for figures in pair for figure in figures))
    groups = list(dict.fromkeys(group for group, _ in names))
    names.sort(key=lambda figure: (groups.index(figure[0]), _part(figure[1])))
    found = [f for f in (_figure(figure, pairs) for figure in names) if f is not None]
    found = sorted([*found, *_seams_over_elsewhere(found)], key=lambda f: groups.index(f.group))
    return SongSet(name, len(pairs), found, gap_summary(found))
