"""Group *texture*: what an arranger would wince at in single parts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ...base.contract import DRUM_VOICES
from .averages import NAN, known_mean
from .music import BAR, BEAT, CHORDS, COUNTER, DRUMS, PHRASE, Music

#: A close chord has at least three notes within a major sixth; it is muddy with a note below F3.
CLOSE, LOW = 9, 53
#: A phrase of so many notes on fewer than three pitches says nothing.
FEWEST_NOTES, FEWEST_PITCHES = 4, 3
SNARES, TOMS = list(DRUM_VOICES[1:3]), list(DRUM_VOICES[5:7])
BACKBEAT = (BEAT, 3 * BEAT)


def _chord_figures(music: Music) -> dict[str, float]:
    """Chords are the notes that begin together, where at least two do."""
    starts = music.onset[CHORDS]
    chords = [np.flatnonzero(step) for step in starts[starts.sum(1) >= 2]]
    full = [chord for chord in chords if len(chord) >= 3]
    low = [chord[0] < LOW and chord[-1] - chord[0] <= CLOSE for chord in full]
    changes = [abs(len(a) - len(b)) for a, b in pairwise(chords)]
    return {
        "close chords below F3, chords": known_mean(low),
        "notes more or fewer than the chord before, chords": known_mean(changes),
    }


def _counter_figures(music: Music) -> dict[str, float]:
    onset = music.onset[COUNTER]
    pitches = np.argwhere(onset)[:, 1]
    phrases = [np.argwhere(onset[start : start + PHRASE])[:, 1] for start in range(0, len(onset), PHRASE)]
    static = [len(p) >= FEWEST_NOTES and len(set(p.tolist())) < FEWEST_PITCHES for p in phrases if len(p)]
    return {
        "notes that repeat the one before, counter": known_mean(np.diff(pitches) == 0),
        "phrases on one or two pitches, counter": known_mean(static),
    }


def _drum_figures(music: Music) -> dict[str, float]:
    bars = music.onset_by_bar()[DRUMS]
    snares, toms = bars[:, :, SNARES].any(2), bars[:, :, TOMS].any(2)
    struck = int(snares.sum())
    on_backbeat = int(snares[:, list(BACKBEAT)].sum())
    return {
        "snare on two and four, drums": on_backbeat / struck if struck else NAN,
        "bars with two strokes on toms in 16, drums": float((toms.sum(1) >= 2).mean()) * BAR,
    }


def texture(music: Music) -> dict[str, float]:
    """The figures of each part that plays."""
    played = music.played()
    figures: dict[str, float] = {}
    for track, measure in ((CHORDS, _chord_figures), (COUNTER, _counter_figures), (DRUMS, _drum_figures)):
        if track in played:
            figures |= measure(music)
    return figures
