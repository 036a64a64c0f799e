"""Group *groove*: how alike the rhythm of a part is from bar to bar, and some bars later."""

from __future__ import annotations

import numpy as np

from ...base.arrays import Bools
from .averages import known_mean, likeness
from .music import BASS, CHORDS, DRUMS, PHRASE_BARS, TRACKS, Music

LAGS = (1, 4, 8, 16)


def similarity(a: Bools, b: Bools) -> float:
    """Grooving similarity of two bars [16]: 1 − the mean of their XOR (Wu and Yang, Jazz Transformer, ISMIR 2020)."""
    return float(1 - (a ^ b).mean())


def groove(music: Music) -> dict[str, float]:
    """Drums, bass and chords, 1, 4, 8 and 16 bars apart: grooving similarity (GS), and shared onsets over all onsets.

    A pattern is the set of struck (step, drum) for drums, of steps for the others. Two silent bars are no pair.
    """
    figures: dict[str, float] = {}
    onsets = music.onset_by_bar()
    for track in music.played():
        if track not in (DRUMS, BASS, CHORDS):
            continue
        rhythm = onsets[track].any(-1)
        pattern = onsets[track] if track == DRUMS else rhythm
        for lag in LAGS:
            pairs = [(i, i + lag) for i in range(music.bars - lag) if rhythm[i].any() or rhythm[i + lag].any()]
            seam = np.array([j % PHRASE_BARS == 0 for _, j in pairs], bool)
            places = {f"lag {lag}": np.ones(len(pairs), bool)}
            if lag == 1:
                places = {"lag 1 in a phrase": ~seam, "lag 1 over a seam": seam}
            for place, chosen in places.items():
                here = [pair for pair, is_chosen in zip(pairs, chosen, strict=True) if is_chosen]
                name = f"{TRACKS[track]}, {place}"
                figures[f"GS, {name}"] = known_mean(similarity(rhythm[i], rhythm[j]) for i, j in here)
                figures[f"pattern, {name}"] = known_mean(likeness(pattern[i], pattern[j]) for i, j in here)
    return figures
