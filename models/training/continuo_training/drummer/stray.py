"""How a drummer strays from the mean: alike in each bar for the most part, as the engine does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.contract import STEPS, VOICES
from .strokes import BAR

#: Steps of a beat; how much of the drift is left after a step; the farthest number; a normal number's mean deviation.
BEAT, KEPT, FARTHEST, PER_DEVIATION = 4, 0.9, 2.5, 1.2533141


@dataclass(frozen=True)
class Shares:
    """How the variance is made up; what is left of 1 is each stroke's own."""

    beat: float
    bar: float
    voice: float
    drift: float
    step: float


LOUDNESS = Shares(beat=0.1, bar=0.05, voice=0.45, drift=0.1, step=0.05)
LATENESS = Shares(beat=0.3, bar=0.1, voice=0.0, drift=0.2, step=0.15)


def stray(windows: int, shares: Shares, random: np.random.Generator) -> NDArray[np.float64]:
    """[windows, 64, 12], in mean absolute deviations."""

    def repeated(*shape: int) -> NDArray[Any]:
        found: NDArray[Any] = np.tile(random.standard_normal((windows, *shape)), (1, STEPS // shape[0], 1))
        return found

    drift = np.zeros((windows, STEPS, 1))
    drift[:, 0] = random.standard_normal((windows, 1))
    for step in range(1, STEPS):
        drift[:, step] = KEPT * drift[:, step - 1] + np.sqrt(1 - KEPT**2) * random.standard_normal((windows, 1))
    s = shares
    rest = max(1 - s.beat - s.bar - s.voice - s.drift - s.step, 0)
    total = (
        np.sqrt(s.beat) * repeated(BEAT, 1)
        + np.sqrt(s.bar) * repeated(BAR, 1)
        + np.sqrt(s.voice) * repeated(BAR, VOICES)
        + np.sqrt(s.drift) * drift
        + np.sqrt(s.step) * random.standard_normal((windows, STEPS, 1))
        + np.sqrt(rest) * random.standard_normal((windows, STEPS, VOICES))
    )
    return np.asarray(np.clip(total, -FARTHEST, FARTHEST) * PER_DEVIATION)
