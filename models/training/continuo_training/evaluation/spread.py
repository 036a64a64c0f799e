"""How far takes of one melody differ from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..base.arrays import Bools, Floats
from ..data.batch import Batch
from . import overlap
from .decoding import real_music
from .load_networks import Networks
from .measured_windows import shown
from .takes import generate

#: The temperatures at which the spread is measured.
TEMPERATURES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)
#: Takes of each window whose distances are measured.
SPREAD_TAKES = 4


def spread(networks: Networks, b: Batch, temperatures: Sequence[float] = TEMPERATURES) -> dict[str, float]:
    """The mean distance between takes of one melody over that between real windows, by temperature."""
    real = overlap.onset_bits(*shown(b, real_music(b)))
    apart = 1 - overlap.likeness(real, real)
    between = float(apart[~np.eye(len(real), dtype=bool)].mean())
    out = {}
    for temperature in temperatures:
        bits = [
            overlap.onset_bits(*shown(b, generate(networks.generator, b, temperature, 100 + t)))
            for t in range(SPREAD_TAKES)
        ]
        pairs = [distance(x, y) for i, x in enumerate(bits) for y in bits[i + 1 :]]
        out[f"{temperature:g}"] = float(np.mean(pairs)) / between
    return out


def distance(x: Bools, y: Bools) -> Floats:
    """1 − shared onsets over all onsets, window by window; two silent windows are alike."""
    either = (x | y).sum(1)
    apart: Floats = np.where(either > 0, 1 - (x & y).sum(1) / np.maximum(either, 1), 0).astype(np.float32)
    return apart
