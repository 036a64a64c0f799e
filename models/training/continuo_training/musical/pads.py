"""String pads derived from an accompaniment: its harmony by the half bar, held in close position.

The pop, rock, jazz, folk, song, electronic and Latin data have next to no string parts. An arranger would add a pad
that holds the harmony of the real chords and bass, so the strings of those genres learn from such pads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .triads import TEMPLATES, TRIADS

_LOW, _HIGH = 53, 77
_CLASSES = np.arange(128) % 12


def _voicing(chord: int, before: tuple[int, ...] | None) -> tuple[int, ...]:
    """The close position of a triad that moves least from the chord before."""
    root, kind = TRIADS[chord]
    classes = [(root + i) % 12 for i in kind]
    best: tuple[float, tuple[int, ...]] | None = None
    for inversion in range(3):
        order = classes[inversion:] + classes[:inversion]
        for bottom in range(_LOW, _LOW + 16):
            if bottom % 12 != order[0]:
                continue
            middle = bottom + (order[1] - order[0]) % 12
            top = middle + (order[2] - order[1]) % 12
            if top > _HIGH:
                continue
            notes = (bottom, middle, top)
            cost = 0.15 * abs(middle - 64)
            if before is not None:
                cost += sum(abs(a - b) for a, b in zip(notes, before, strict=True))
            if best is None or cost < best[0]:
                best = (cost, notes)
    assert best is not None
    return best[1]


def pad(
    chords: NDArray[np.bool_], bass: NDArray[np.bool_], melody: NDArray[np.bool_], three: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The onset and sounding planes [64, 128] of a pad, from the sounding planes [64, 128] of the parts."""
    onset, sounding = np.zeros((64, 128), bool), np.zeros((64, 128), bool)
    unit, bar, used = (12, 12, 48) if three else (8, 16, 64)
    before: tuple[int, ...] | None = None
    last = -1
    for start in range(0, used, unit):
        part = slice(start, start + unit)
        heard = chords[part].sum(0) + 1.5 * bass[part].sum(0)
        if heard.sum() < 2:
            last = -1
            continue
        heard = heard + 0.3 * melody[part].sum(0)
        weight = np.bincount(_CLASSES, np.minimum(heard, 2.0 * unit), 12)
        score = TEMPLATES @ weight / weight.sum()
        if last >= 0:
            score[last] += 0.12
        chord = int(score.argmax())
        notes = list(before) if chord == last and before is not None else list(_voicing(chord, before))
        if chord != last or start % bar == 0:
            onset[start, notes] = True
        sounding[part, notes] = True
        last, before = chord, tuple(notes)
    return onset, sounding
