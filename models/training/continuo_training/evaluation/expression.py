"""Timing and velocities of generated parts, beside those in the data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Floats
from ..base.contract import PARTS
from ..data.batch import Batch
from .decoding import Music
from .results import PartPerformance

#: The places in a beat, in sixteenths, at which straight and swung eighths start.
STRAIGHT, SWUNG = 2, 3


def _starts(music: Music) -> NDArray[np.bool_]:
    """[B, 5, 64]: steps at which a note of each part starts."""
    return np.concatenate([np.asarray(music.drums.any(2))[:, None], music.pitched[:, 0::2].any(3)], 1)


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def performed(b: Batch, music: Music) -> dict[str, PartPerformance]:
    """The figures of each part that the data have.

    Timing in steps: the medians at straight and swung off-beats where the model's notes start; the mean error where
    the data give the timing, and that of notes that all stand on the grid. Velocities from 0 to 127: the mean error
    where the data give them, and that of the data's own mean.
    """
    out: dict[str, PartPerformance] = {}
    starts = _starts(music)
    place = np.broadcast_to(np.arange(starts.shape[2]) % 4, starts.shape)
    for i, part in enumerate(PARTS):
        rows = b.exists[:, i] > 0
        if not rows.any():
            continue
        timing, played, at = music.timing[rows, i], starts[rows, i], place[rows, i]
        timed = b.timing_known[rows, i] > 0
        loud = b.velocity[rows, i] > 0
        real, known = b.velocity[rows, i][loud], b.timing[rows, i][timed]
        out[part] = PartPerformance(
            straight=_median(timing[played & (at == STRAIGHT)]),
            swung=_median(timing[played & (at == SWUNG)]),
            real_swung=_median(b.timing[rows, i][timed & (at == SWUNG)]),
            timing_error=_mean(np.abs(timing[timed] - known)),
            on_the_grid=_mean(np.abs(known)),
            velocity_error=127 * _mean(np.abs(music.velocity[rows, i][loud] - real)),
            mean_velocity=127 * _mean(np.abs(real - real.mean())) if len(real) else float("nan"),
        )
    return out
