"""From the results of an evaluation to the figures that the report shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

from ..base.contract import GENRES, PARTS
from ..evaluation.results import MODEL, REAL, GenreResult, Results, SetResult, TrainingPieces
from .aim_results import Genres, aim_results, pooled_gap
from .aims import AIMS, USUAL
from .contents import GenreParts, Line, Method, Report, Table

TRAINING = "training pieces"
#: The figures of a part, in the order of the columns, and the names of the columns.
PART_FIGURES = {
    "eb": "EB",
    "upc": "UPC",
    "qn": "QN8",
    "onsets": "onsets a bar",
    "polyphony": "polyphony",
    "range": "range",
    "dp": "DP",
}
#: The figures of how a part is played, by the names of the columns.
PERFORMED = {
    "straight": "straight",
    "swung": "swung",
    "real swung": "real_swung",
    "timing error": "timing_error",
    "on the grid": "on_the_grid",
    "velocity error": "velocity_error",
    "mean velocity": "mean_velocity",
}


#: The decimals of a count.
COUNT = 0


def line(name: str, values: Iterable[float | None], digits: int | None = None) -> Line:
    """A line; NaN and infinity count as not measured."""
    known = [None if v is None or not math.isfinite(v) else float(v) for v in values]
    return Line(name, known, digits)


def _each(
    genres: Genres, name: str, value: Callable[[SetResult | TrainingPieces], float], middle: Callable[..., float]
) -> list[float]:
    """A value of one set in each genre, and the middle of all."""
    values = [value(g.training if name == TRAINING else g.sets[name]) for g in genres.values()]
    return [*values, float(middle(values))]


def _gap_tables(genres: Genres, made: list[str]) -> dict[str, Table]:
    columns = [*genres, "median"]

    def median(found: SetResult | TrainingPieces) -> float:
        return float(np.median(list(found.gaps.values())))

    def mean_overlap(found: SetResult | TrainingPieces) -> float:
        return float(np.mean(list(found.overlap.values())))

    def largest(found: SetResult | TrainingPieces) -> float:
        return max(found.gaps.values())

    far = (made[0], TRAINING)
    return {
        "gaps": Table(columns, [line(n, _each(genres, n, median, np.nanmedian)) for n in (*made, TRAINING)]),
        "largest": Table(columns, [line(f"{n}, largest", _each(genres, n, largest, np.nanmedian)) for n in far]),
        "large": _large_table(genres, made),
        "overlap": Table(
            [*genres, "mean"], [line(n, _each(genres, n, mean_overlap, np.mean)) for n in (*made, TRAINING)]
        ),
    }


def _large_table(genres: Genres, made: list[str]) -> Table:
    """The single figures that are far from the real ones, and how far they are in the training pieces."""
    sets = [MODEL, *([USUAL] if USUAL in made else [])]
    lines = []
    for genre, found in genres.items():
        gaps = [found.sets[n].gaps for n in sets]
        for name in sorted(gaps[0], key=lambda n: -gaps[0][n]):
            far = [g.get(name) for g in gaps]
            if any(x is not None and x > AIMS.large for x in far):
                lines.append(line(f"{genre}, {name}", (*far, found.training.gaps.get(name))))
    return Table([*sets, TRAINING], lines)


def _melody_tables(genres: Genres, made: list[str]) -> dict[str, Table]:
    """The melody followed, as ratios and as measured."""
    out = {}
    real = [g.sets[REAL].figures for g in genres.values()]
    kept = [REAL, *(n for n in (MODEL, USUAL) if n in made)]
    for key, title, sign in (("in_acc", "in-acc", 1), ("td", "TD", -1)):

        def ratio(found: SetResult | TrainingPieces, key: str = key) -> float:
            return float(getattr(found, key))

        lines = [line(f"{n}, {title}", _each(genres, n, ratio, np.nanmedian)) for n in made]
        nearer = [sign * (getattr(f, key) - getattr(f, f"{key}_shuffled")) for f in real]
        lines.append(line(f"real nearer than shuffled, {title}", (*nearer, float(np.median(nearer))), 3))
        out[key] = Table([*genres, "median"], lines)
        raw = [line(f"{n}, {title}", [getattr(g.sets[n].figures, key) for g in genres.values()]) for n in kept]
        raw.append(line(f"shuffled, {title}", [getattr(f, f"{key}_shuffled") for f in real]))
        out[f"raw_{key}"] = Table(list(genres), raw)
    return out


def _windows_table(genres: Genres) -> Table:
    counts = {"windows": [g.windows for g in genres.values()], "pieces": [g.pieces for g in genres.values()]}
    return Table(list(genres), [line(name, values, COUNT) for name, values in counts.items()])


def _whole_table(genres: Genres) -> Table | None:
    """What the program plays under whole melodies, with its corrections and without."""
    found = {name: g.whole for name, g in genres.items() if g.whole}
    if not found:
        return None
    kinds = list(next(iter(found.values())).kinds)
    lines = [
        line(f"{title}, {kind}", [getattr(w.kinds[kind], key) for w in found.values()])
        for title, key in (("gap", "gap"), ("in-acc", "in_acc"), ("TD", "td"), ("notes corrected", "mended"))
        for kind in (kinds if key != "mended" else kinds[:1])
    ]
    return Table(list(found), [*lines, line("melodies", [w.melodies for w in found.values()], COUNT)])


def _spread_table(genres: Genres) -> Table | None:
    found = [g.spread for g in genres.values() if g.spread]
    if len(found) < len(genres):
        return None
    lines = [line(f"temperature {t}", [spread[t] for spread in found]) for t in found[0]]
    others = [g.spread_of_others for g in genres.values()]
    names = [n for n in others[0] if all(n in o for o in others)]
    return Table(list(genres), [*lines, *(line(f"{n}, temperature 1", [o[n] for o in others]) for n in names)])


def _nearest_table(genres: Genres) -> Table | None:
    found = [g.nearest for g in genres.values() if g.nearest]
    if len(found) < len(genres):
        return None
    lines = [
        line("real", [n.real.mean for n in found]),
        line("real, closest", [n.real.closest for n in found]),
        line("model", [n.model.mean for n in found]),
        line("model, closest", [n.model.closest for n in found]),
        line("real, copies", [n.real.copies for n in found], COUNT),
        line("model, copies", [n.model.copies for n in found], COUNT),
        line("training windows", [n.training_windows for n in found], COUNT),
    ]
    return Table(list(genres), lines)


def _performed_table(genres: Genres) -> Table:
    lines = [
        line(f"{genre}, {part}", [getattr(values, key) for key in PERFORMED.values()])
        for genre, found in genres.items()
        for part, values in found.performed.items()
    ]
    return Table(list(PERFORMED), lines)


def _parts(genre: str, found: GenreResult) -> GenreParts:
    lines = [
        line(f"{name}, {part}", [result.figures.parts[part].get(key) for key in PART_FIGURES])
        for name, result in found.sets.items()
        for part in PARTS
        if part in result.figures.parts
    ]
    title = next(g.name for g in GENRES if g.id == genre)
    return GenreParts(title, found.windows, Table(list(PART_FIGURES.values()), lines))


def summarise(results: Results, method: Method, source: str) -> Report:
    """The figures that the report shows."""
    genres = results.genres
    made = [n for n in next(iter(genres.values())).sets if n != REAL]
    tables: dict[str, Table | None] = {
        "windows": _windows_table(genres),
        **_gap_tables(genres, made),
        **_melody_tables(genres, made),
        "whole": _whole_table(genres),
        "spread": _spread_table(genres),
        "nearest": _nearest_table(genres),
        "performed": _performed_table(genres),
    }
    styles = results.styles
    if styles is not None:
        shares = [*styles.nearest.values(), float(np.mean(list(styles.nearest.values())))]
        tables["style_nearest"] = Table([*styles.nearest, "mean"], [line("nearest", shares)])
    return Report(
        source=source,
        command=results.command,
        most=results.most,
        genres=list(genres),
        sets=made,
        method=method,
        aim_results=aim_results(results),
        pooled_gaps={n: pooled_gap(genres, n) for n in (MODEL, USUAL) if n in made},
        tables={name: table for name, table in tables.items() if table is not None},
        parts=[_parts(genre, found) for genre, found in genres.items()],
        judges=results.judges,
        style_away=None if styles is None else styles.away,
        style_lines={} if styles is None else styles.lines,
    )
