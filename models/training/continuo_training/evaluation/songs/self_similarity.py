"""Group *self-similarity*: which bars of the accompaniment are alike, and whether the melody's are alike there too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .averages import NAN, known_mean
from .music import DRUMS, MELODY, PHRASE_BARS, Music, pitch_classes

Matrix = NDArray[np.float64]
#: Lags in bars over which the most alike bar is searched; `None`: to the end.
SEARCHED: dict[str, tuple[int, int | None]] = {"4 to 8 bars away": (4, 8), "over 12 bars away": (12, None)}


def _cosines(rows: Matrix) -> Matrix:
    """The cosine of every pair of rows; two empty rows are alike."""
    norm = np.linalg.norm(rows, axis=1)
    found = np.asarray(rows @ rows.T) / np.maximum(np.outer(norm, norm), 1e-9)
    empty = norm == 0
    found[np.ix_(empty, empty)] = 1.0
    return np.asarray(found, np.float64)


def melody_matrix(music: Music) -> Matrix:
    """[bars, bars]: likeness of the melody's pitch classes and rhythm."""
    classes = pitch_classes(music.roll_by_bar()[MELODY]).reshape(music.bars, -1)
    rhythm = music.onset_by_bar()[MELODY].any(-1)
    return _cosines(np.concatenate([classes, rhythm], 1).astype(np.float64))


def parts_matrix(music: Music) -> Matrix | None:
    """[bars, bars]: mean likeness of the parts, by struck drums or sounding pitch classes; `None` without parts."""
    found = []
    for track in music.played():
        bars = music.onset_by_bar()[track] if track == DRUMS else pitch_classes(music.roll_by_bar()[track])
        found.append(_cosines(bars.reshape(music.bars, -1).astype(np.float64)))
    return np.mean(found, axis=0) if found else None


def _correlation(a: Matrix, b: Matrix) -> float:
    if a.std() < 1e-9 or b.std() < 1e-9:
        return NAN
    return float(np.corrcoef(a, b)[0, 1])


def self_similarity(music: Music) -> dict[str, float]:
    """The melody's matrix beside that of the parts, and how alike bars of the parts are near and far."""
    parts = parts_matrix(music)
    if parts is None:
        return {}
    melody = melody_matrix(music)
    first, second = np.triu_indices(music.bars, 1)
    pairs = parts[first, second]
    phrases_away = second // PHRASE_BARS - first // PHRASE_BARS
    figures = {
        "correlation of melody and parts": _correlation(melody[first, second], pairs),
        "distance of melody and parts": float(np.abs(melody - parts)[first, second].mean()),
        "bars of a phrase": known_mean(pairs[phrases_away == 0]),
        "bars of neighbour phrases": known_mean(pairs[phrases_away == 1]),
        "bars further apart": known_mean(pairs[phrases_away > 1]),
    }
    away = np.abs(np.subtract.outer(np.arange(music.bars), np.arange(music.bars)))
    for name, (least, most) in SEARCHED.items():
        searched = (away >= least) & (away <= (most or music.bars))
        best = [parts[i, searched[i]].max() for i in range(music.bars) if searched[i].any()]
        figures[f"most alike bar, {name}"] = known_mean(best)
    return figures
