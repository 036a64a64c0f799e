"""The 36 triads, as templates that weigh pitch classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Root × major, minor, diminished: the root, and the intervals above it in semitones.
TRIADS = [(root, kind) for root in range(12) for kind in ((0, 4, 7), (0, 3, 7), (0, 3, 6))]
#: The triads, then "no harmony".
CHORDS = len(TRIADS) + 1
NO_CHORD = CHORDS - 1


def _templates() -> NDArray[np.float64]:
    rows = np.full((len(TRIADS), 12), -0.45)
    for i, (root, kind) in enumerate(TRIADS):
        for interval in kind:
            rows[i, (root + interval) % 12] = 1.0
        rows[i, root] = 1.25
        if kind == (0, 3, 6):
            rows[i] -= 0.12
    return rows


#: [36, 12]: how well each pitch class fits each triad.
TEMPLATES = _templates()
