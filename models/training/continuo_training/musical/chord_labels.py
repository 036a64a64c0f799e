"""The triad of each half bar of the real parts, which the chord plan learns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..base.contract import LOWEST, SLOTS
from .triads import NO_CHORD, TEMPLATES

#: How much a step of each part says about the harmony: melody, bass, chords, strings, counter.
_EVIDENCE = (0.3, 1.5, 1.0, 1.0, 0.6)


def labels(melody: NDArray[np.float32], pitched: NDArray[np.float32], three: NDArray[np.bool_]) -> NDArray[np.int64]:
    """[B, 8]: the chord of each slot, from planes [B, 2, 64, 84] and [B, 8, 64, 84]; −1 in unused slots."""
    size = len(melody)
    parts = np.stack([melody[:, 1], *(pitched[:, 2 * i + 1] for i in range(4))], 1)
    classes = np.zeros((*parts.shape[:3], 12), np.float32)
    for pitch in range(parts.shape[-1]):
        classes[..., (pitch + LOWEST) % 12] += parts[..., pitch]
    weight = np.tensordot(classes, np.array(_EVIDENCE, np.float32), (1, 0))
    backing = classes[:, 1:].sum((1, 3))
    out = np.full((size, SLOTS), -1, np.int64)
    for slot in range(SLOTS):
        for rows, unit in ((~three, 8), (three, 12)):
            if unit == 12 and slot >= 4:
                continue
            span = slice(slot * unit, slot * unit + unit)
            chord = (weight[:, span].sum(1) @ TEMPLATES.T).argmax(1)
            chord = np.where(backing[:, span].sum(1) < 2, NO_CHORD, chord)
            out[rows, slot] = chord[rows]
    return out
