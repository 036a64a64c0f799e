"""Cleans one part of one piece: moves it into its register, and drops tracks that are effects."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Bools
from ..musical.melodic_line import as_line

#: Part → the range for its median pitch, which octave shifts of the whole piece reach, and the range for its notes.
REGISTERS = {1: ((33, 50), (28, 55)), 2: ((54, 70), (42, 81)), 3: ((54, 74), (48, 84)), 4: ((58, 78), (50, 88))}
#: The most onsets in a window of a part that people play; a track with more is an effect.
MOST_ONSETS = {1: 64, 2: 220, 3: 90, 4: 72}
COUNTER = 4


def fold(planes: Bools, low: int, high: int) -> Bools:
    """Moves notes outside low…high into that range by octaves. [..., 128]"""
    out = planes.copy()
    for pitch in np.flatnonzero(planes.reshape(-1, 128).any(0)):
        if low <= pitch <= high:
            continue
        target = int(pitch)
        while target < low:
            target += 12
        while target > high:
            target -= 12
        out[..., target] |= planes[..., pitch]
        out[..., pitch] = False
    return out


def octaves(onsets: Bools, low: int, high: int) -> int:
    """The number of octaves that bring the median pitch of onsets [windows, steps, 128] into low…high."""
    counts = onsets.sum((0, 1)).cumsum()
    if counts[-1] == 0:
        return 0
    median = int(np.searchsorted(counts, counts[-1] / 2))
    move = 0
    while median + 12 * move < low:
        move += 1
    while median + 12 * move > high:
        move -= 1
    return move


def clean_part(track: int, onset: Bools, sounding: Bools, synthetic: bool) -> tuple[Bools, Bools]:
    """One part of one piece [windows, 64, 128] → the same in its register."""
    sounding = sounding | onset
    if track == 0:
        return fold(onset, 24, 107), fold(sounding, 24, 107)
    if track == 1 and synthetic:
        # MMA's bass track also holds arpeggios far above the bass line.
        line = onset[..., :53].sum((1, 2)) >= 3
        onset[line, :, 53:] = False
        sounding[line, :, 53:] = False
    middle, (low, high) = REGISTERS[track]
    move = 12 * octaves(onset, *middle)
    if move:
        onset, sounding = np.roll(onset, move, -1), np.roll(sounding, move, -1)
    onset, sounding = fold(onset, low, high), fold(sounding, low, high)
    if track == COUNTER:
        # A countermelody is a line; a few in the data are doubled or broken into chords.
        onset, sounding = as_line(onset, sounding, highest=True)
    busy = onset.sum((1, 2)) > MOST_ONSETS[track]
    onset[busy] = False
    sounding[busy] = False
    return onset, sounding
