"""Group *repeats*: what the parts play under a melody that comes back, and under other melodies."""

from __future__ import annotations

import numpy as np

from .averages import known_mean, likeness
from .music import DRUMS, HALF, PHRASE, TRACKS, Music, pitch_classes
from .phrases import PhrasePairs
from .triads import triads_of_half_bars


def repeats(music: Music, pairs: PhrasePairs) -> dict[str, float]:
    """Likeness of struck drums or of sounding pitch classes, by part; the share of half bars with the same triad."""
    figures: dict[str, float] = {}
    labels = [found.triad for found in triads_of_half_bars(music)]
    sounding = pitch_classes(music.roll)
    slots = PHRASE // HALF
    for kind, chosen in (("a repeat", pairs.repeated), ("other melody", pairs.other)):
        for track in music.played():
            plane = music.onset[DRUMS] if track == DRUMS else sounding[track]
            spans = [(plane[PHRASE * i : PHRASE * (i + 1)], plane[PHRASE * j : PHRASE * (j + 1)]) for i, j in chosen]
            figures[f"{TRACKS[track]} alike under {kind}"] = known_mean(likeness(a, b) for a, b in spans)
        same = [np.mean([labels[slots * i + n] == labels[slots * j + n] for n in range(slots)]) for i, j in chosen]
        figures[f"chord agrees under {kind}"] = known_mean(map(float, same))
    return figures
