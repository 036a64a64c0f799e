"""Groups *jumps* and *silence*: how far a part changes from bar to bar, and how it comes and goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Bools
from .averages import NAN, known_mean
from .music import DRUMS, PHRASE_BARS, TRACKS, Music


def _register(bar: Bools) -> float:
    """The mean sounding pitch of a bar [16, 128]."""
    return float(np.nonzero(bar)[1].mean()) if bar.any() else NAN


def _polyphony(bar: Bools) -> float:
    """The mean number of notes at once in a bar [16, 128], over steps with notes."""
    return float(bar.sum() / bar.any(1).sum()) if bar.any() else NAN


def jumps(music: Music) -> dict[str, float]:
    """The mean step of density, register (semitones) and polyphony from a bar to the next, at seams and elsewhere.

    Density is the number of onsets over the part's own mean. Bars without notes have neither register nor polyphony.
    """
    figures: dict[str, float] = {}
    lines = np.arange(1, music.bars)
    seam = lines % PHRASE_BARS == 0
    rolls, onsets = music.roll_by_bar(), music.onset_by_bar()
    for track in music.played():
        count = onsets[track].sum((1, 2)).astype(float)
        curves: dict[str, NDArray[np.float64]] = {"density": count / max(float(count.mean()), 1e-6)}
        if track != DRUMS:
            curves["register"] = np.array([_register(bar) for bar in rolls[track]])
            curves["polyphony"] = np.array([_polyphony(bar) for bar in rolls[track]])
        for name, curve in curves.items():
            step = np.abs(np.diff(curve))
            figures[f"{name}, {TRACKS[track]}, at seams"] = known_mean(step[seam])
            figures[f"{name}, {TRACKS[track]}, elsewhere"] = known_mean(step[~seam])
    return figures


def silence(music: Music) -> dict[str, float]:
    """The share of silent bars, and how often in 16 bars a part stops or begins again."""
    figures: dict[str, float] = {}
    sounds = np.asarray(music.roll_by_bar().any((2, 3)))
    for track in music.played():
        figures[f"silent bars, {TRACKS[track]}"] = float(1 - sounds[track].mean())
        changes = int((sounds[track][1:] != sounds[track][:-1]).sum())
        figures[f"toggles in 16 bars, {TRACKS[track]}"] = changes / max(music.bars - 1, 1) * 16
    return figures
