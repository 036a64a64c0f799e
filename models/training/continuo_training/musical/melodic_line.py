"""Reduces planes to one note at a time."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Bools


def as_line(onset: Bools, sounding: Bools, highest: bool) -> tuple[Bools, Bools]:
    """The highest (or lowest) notes of planes [windows, 64, pitches], each until the next one starts."""
    rows = np.arange(len(onset))
    pitches = onset.shape[-1]
    out = np.zeros_like(onset), np.zeros_like(sounding)
    current = np.zeros(len(onset), np.int64)
    playing = np.zeros(len(onset), bool)
    for step in range(onset.shape[1]):
        now = onset[:, step]
        starts = now.any(-1)
        chosen = pitches - 1 - now[:, ::-1].argmax(-1) if highest else now.argmax(-1)
        held = playing & sounding[rows, step, current]
        # A note that crosses the window's edge, or sounds on under one that ended, also belongs to the line.
        below = sounding[:, step]
        other = pitches - 1 - below[:, ::-1].argmax(-1) if highest else below.argmax(-1)
        first = (step == 0) & ~starts & below.any(-1)
        current = np.where(starts, chosen, np.where(first, other, current))
        playing = starts | held | first
        out[0][rows[starts], step, current[starts]] = True
        out[1][rows[playing], step, current[playing]] = True
    return out
