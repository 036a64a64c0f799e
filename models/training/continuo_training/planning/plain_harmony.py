"""A plain baseline for melody to chord: naive Bayes over the melody's pitch classes, and trigrams of chords, by genre.

It knows where chords begin, and the two chords before. It counts over the same songs that the harmonizer learns from.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..musical.chord_vocabulary import CHORDS, NO_CHORD, moved
from .harmonizer_examples import SungSheet

#: Counts and shares; sums of many need 64 bits.
Counts = NDArray[np.float64]

#: How many counts a shorter history, or all genres together, weigh beside those of a longer history.
SMOOTH = 5.0
#: How much a step of melody weighs beside the history, since the steps of a note are not independent: of 0.12, 0.25,
#: 0.4 and 0.6, what found most chords in a fifth of the training songs; genres that are not named are as most.
STEP = 0.4
STEP_OF = {"jazz": 0.12, "chorale": 0.25}


@dataclass
class PlacedChord:
    """A chord of a lead sheet, with what is known where it begins; chords are moved to C major or A minor."""

    first: int  # slot of the song
    slots: int
    chord: int
    before: tuple[int, int]  # the two chords before, the nearer one last; −1 before the first chord
    melody: Counts  # [12]: steps of the pitch classes while it lasts


def placed(song: SungSheet) -> list[PlacedChord]:
    """The chords of a song; those of no chord, and what is not known, only end others."""
    sheet = song.sheet
    chords = sheet.chords.astype(np.int64)
    bars = np.arange(len(chords)) // (1 if sheet.three else 2)
    own = sheet.shifts[np.minimum(bars, len(sheet.shifts) - 1)].astype(np.int64)
    shifts = np.full(len(chords), song.shift) if song.sung else own
    begins = [0, *(np.flatnonzero(np.diff(chords)) + 1).tolist(), len(chords)]
    found: list[PlacedChord] = []
    before = (-1, -1)
    for first, end in pairwise(begins):
        if chords[first] < 0 or chords[first] == NO_CHORD:
            continue
        chord = int(moved(chords[first : first + 1], int(shifts[first]))[0])
        steps = song.sounds[first * sheet.unit : end * sheet.unit].sum(0, dtype=np.float64)
        found.append(PlacedChord(first, end - first, chord, before, np.roll(steps, shifts[first])))
        before = (before[1], chord)
    return found


def _counts() -> defaultdict[tuple[int, ...], Counts]:
    return defaultdict(lambda: np.zeros(CHORDS))


@dataclass
class PlainHarmony:
    """The counts of one genre, or of all."""

    step: float = STEP
    melody: Counts = field(default_factory=lambda: np.ones((CHORDS, 12)))  # steps of pitch classes under chords
    histories: defaultdict[tuple[int, ...], Counts] = field(default_factory=_counts)

    def learn(self, song: SungSheet) -> None:
        """Counts a song."""
        for found in placed(song):
            self.melody[found.chord] += found.melody
            for history in (found.before, found.before[1:], ()):
                self.histories[history][found.chord] += 1

    def _after(self, before: tuple[int, ...], general: Counts) -> Counts:
        """How likely each chord is after these."""
        shorter = general if not before else self._after(before[1:], general)
        counts = self.histories.get(before, np.zeros(CHORDS))
        likely: Counts = (counts + SMOOTH * shorter) / (counts.sum() + SMOOTH)
        return likely

    def choice(self, found: PlacedChord, general: PlainHarmony) -> int:
        """The likeliest chord other than the one before; `general` has counted all genres."""
        everywhere = general.histories[()] + 0.1
        history = self._after(found.before, everywhere / everywhere.sum())
        tones = self.melody + SMOOTH * general.melody / general.melody.sum(1, keepdims=True)
        tones = np.log(tones / tones.sum(1, keepdims=True))
        score: Counts = np.log(history) + self.step * tones @ found.melody
        score[NO_CHORD] = -np.inf
        if found.before[1] >= 0:
            score[found.before[1]] = -np.inf
        return int(score.argmax())
