"""Overlapping area of generated and real distributions, and distances between windows.

Yang and Lerch, *On the evaluation of generative models in music* (Neural Computing and Applications, 2018; their
package mgeval): the distances of each real window to all other real ones, and those of each generated window to all
real ones, are smoothed to densities (Gaussian kernels, Scott's width). The overlapping area of the two densities is 1
where they agree.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Bools

Values = NDArray[np.float64]
FEATURES = (
    "pitches used",
    "pitch range",
    "notes",
    "pitch classes",
    "time between onsets",
    "note length",
    "onsets in the bar",
)


def features_of_part(onset: Bools, sounding: Bools, steps: int) -> dict[str, Values]:
    """Figures of one part of one window, planes [64, P]."""
    starts, pitches = np.nonzero(onset[:steps])
    classes = np.bincount((pitches + 24) % 12, minlength=12).astype(float)
    times = np.unique(starts)
    bar = steps // 4
    profile = np.bincount(starts % bar, minlength=bar).astype(float)
    notes = len(starts)
    return {
        "pitches used": np.array([float(len(np.unique(pitches)))]),
        "pitch range": np.array([float(np.ptp(pitches)) if notes else 0.0]),
        "notes": np.array([float(notes)]),
        "pitch classes": classes / max(1, notes),
        "time between onsets": np.array([float(np.diff(times).mean()) if len(times) > 1 else float(steps)]),
        "note length": np.array([float(sounding[:steps].sum()) / max(1, notes)]),
        "onsets in the bar": profile / max(1, notes),
    }


def distances(a: Values, b: Values, same: bool) -> Values:
    """Euclidean distances of all rows of a to all rows of b; within one set without the diagonal."""
    squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
    found: Values = np.sqrt(np.maximum(squares, 0))
    return found[~np.eye(len(a), dtype=bool)] if same else found.ravel()


def _density(values: Values, grid: Values) -> Values:
    width = max(float(values.std()), 1e-6) * len(values) ** -0.2
    histogram, edges = np.histogram(values, bins=512)
    middle = (edges[:-1] + edges[1:]) / 2
    kernels = np.exp(-0.5 * ((grid[:, None] - middle[None]) / width) ** 2) / (width * np.sqrt(2 * np.pi))
    out: Values = kernels @ (histogram / len(values))
    return out


def overlapping_area(inside: Values, across: Values) -> float:
    """The area under the lower of the two densities."""
    both = np.concatenate([inside, across])
    if np.ptp(both) < 1e-9:
        return 1.0
    margin = 0.2 * float(np.ptp(both))
    grid = np.linspace(both.min() - margin, both.max() + margin, 600)
    lower = np.minimum(_density(inside, grid), _density(across, grid))
    # The trapezoid rule written out: before version 2 numpy's own function has another name.
    return float(min(1.0, ((lower[1:] + lower[:-1]) / 2 * np.diff(grid)).sum()))


def areas(real: Bools, made: Bools, steps: int = 64) -> dict[str, float]:
    """Overlapping areas of one part, planes [N, 2, 64, P] of the real and the generated windows."""
    if len(real) < 4:
        return {}
    tables = [
        {n: np.stack([f[n] for f in rows]) for n in FEATURES}
        for rows in ([features_of_part(x[0], x[1], steps) for x in planes] for planes in (real, made))
    ]
    return {
        n: overlapping_area(distances(tables[0][n], tables[0][n], True), distances(tables[1][n], tables[0][n], False))
        for n in FEATURES
    }


def onset_bits(pitched: NDArray[np.float32], drums: NDArray[np.float32]) -> Bools:
    """[B, cells]: the onsets of all parts of each window."""
    return np.concatenate([pitched[:, 0::2].reshape(len(pitched), -1), drums.reshape(len(drums), -1)], 1) > 0.5


def likeness(a: Bools, b: Bools) -> NDArray[np.float32]:
    """[N, M] shared onsets over all onsets (Jaccard's index) of every row of a with every row of b."""
    x, y = a.astype(np.float32), b.astype(np.float32)
    both = x @ y.T
    every = x.sum(1)[:, None] + y.sum(1)[None] - both
    out: NDArray[np.float32] = both / np.maximum(every, 1)
    return out
