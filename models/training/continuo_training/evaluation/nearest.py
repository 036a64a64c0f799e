"""How like the training windows the generated windows are, beside how like them the real windows are."""

from __future__ import annotations

import numpy as np

from ..data.batch import Batch
from ..data.windows import Windows
from . import overlap
from .decoding import Music, real_music
from .measured_windows import batch_of, chosen_windows, shown
from .results import Likeness, Nearest

#: Most training windows of a genre to compare with.
NEAREST_WINDOWS = 1500


def nearest(windows: Windows, b: Batch, made: Music, genre: str) -> Nearest:
    """Shared onsets over all onsets with the most alike training window, of real and of generated windows."""
    rows = chosen_windows(windows, genre, NEAREST_WINDOWS, validation=False)
    few = [batch_of(windows, r) for r in np.array_split(rows, 8) if len(r)]
    known = np.concatenate([overlap.onset_bits(x.pitched, x.drums) for x in few])

    def likeness(music: Music) -> Likeness:
        found = overlap.likeness(overlap.onset_bits(*shown(b, music)), known).max(1)
        return Likeness(float(found.mean()), float(found.max()), int((found > 1 - 1e-6).sum()))

    return Nearest(len(rows), likeness(real_music(b)), likeness(made))
