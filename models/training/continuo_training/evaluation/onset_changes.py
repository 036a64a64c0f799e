"""How many onsets differ between two forms of a model's files, such as weights of 32 and of 16 bits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..base.contract import GENRE_IDS
from ..data.windows import Windows
from .decoding import draw_noise, play
from .measured_windows import batch_of, chosen_windows
from .onnx_generator import OnnxGenerator
from .takes import SEED

#: So many windows are played at once.
AT_ONCE = 25


@dataclass
class Changes:
    """Onsets of all parts, drums included."""

    windows: int
    onsets: int  # of the first files
    missing: int  # of them, at a step and pitch where the other files have none
    added: int  # of the other files, where the first have none


def measure(prepared: Path, before: Path, after: Path, most: int = 500) -> Changes:
    """Plays validation windows of all genres with both generators, with the same noise (temperature 1).

    Notes are chosen as `decoding` does. In all genres together there are at most `most` windows.
    """
    windows = Windows(prepared)
    each = -(-most // len(GENRE_IDS))
    rows = np.concatenate([chosen_windows(windows, genre, each) for genre in GENRE_IDS])[:most]
    generators = [OnnxGenerator(path) for path in (before, after)]
    found = Changes(len(rows), 0, 0, 0)
    for first in range(0, len(rows), AT_ONCE):
        b = batch_of(windows, rows[first : first + AT_ONCE])
        noise = draw_noise(len(b.genre), 1.0, SEED + first)
        one, other = (play(generator, b, noise) for generator in generators)
        for x, y in ((one.pitched[:, 0::2], other.pitched[:, 0::2]), (one.drums, other.drums)):
            found.onsets += int((x > 0).sum())
            found.missing += int(((x > 0) & (y <= 0)).sum())
            found.added += int(((x <= 0) & (y > 0)).sum())
    return found
