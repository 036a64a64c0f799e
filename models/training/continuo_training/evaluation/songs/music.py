"""Music as the measures of songs read it: six tracks in 4/4, with melody, drums, bass, chords, strings and counter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...base.arrays import Bools
from ...base.contract import BARS, PARTS, STEPS, STEPS_PER_BEAT

#: Steps in a beat, a half bar, a bar and a phrase.
BEAT = STEPS_PER_BEAT
HALF = 2 * BEAT
BAR = 4 * BEAT
PHRASE_BARS = BARS
PHRASE = STEPS

TRACKS = ("melody", *PARTS)
MELODY, DRUMS, BASS, CHORDS, STRINGS, COUNTER = range(len(TRACKS))
#: The tracks of the accompaniment, and those of them that have pitches.
ACCOMPANIMENT = (DRUMS, BASS, CHORDS, STRINGS, COUNTER)
PITCHED = (BASS, CHORDS, STRINGS, COUNTER)
#: A part with notes in fewer bars than this share of a song is not measured by itself.
LEAST_PLAYED = 0.1


@dataclass
class Music:
    """Where notes sound and where they start: `roll` and `onset`, bool [6 tracks, steps, 128 pitches]."""

    roll: Bools
    onset: Bools

    @property
    def bars(self) -> int:
        """The number of whole bars."""
        return int(self.roll.shape[1]) // BAR

    def roll_by_bar(self) -> Bools:
        """[6, bars, 16, 128]: where notes sound."""
        return self.roll.reshape(len(TRACKS), self.bars, BAR, -1)

    def onset_by_bar(self) -> Bools:
        """[6, bars, 16, 128]: where notes start."""
        return self.onset.reshape(len(TRACKS), self.bars, BAR, -1)

    def played(self) -> list[int]:
        """The tracks of the accompaniment that play in at least a tenth of the bars."""
        bars = self.roll_by_bar().any((2, 3)).mean(1)
        return [t for t in ACCOMPANIMENT if bars[t] >= LEAST_PLAYED]

    def only(self, tracks: list[int]) -> Music:
        """The melody and these tracks alone; the others are silent."""
        kept = np.isin(np.arange(len(TRACKS)), [MELODY, *tracks])[:, None, None]
        return Music(self.roll & kept, self.onset & kept)


def silence(steps: int) -> Music:
    """Music without a note."""
    shape = (len(TRACKS), steps, 128)
    return Music(np.zeros(shape, bool), np.zeros(shape, bool))


def pitch_classes(planes: Bools) -> Bools:
    """[..., 128] → [..., 12]: the pitch classes that sound in any octave."""
    padded = np.concatenate([planes, np.zeros((*planes.shape[:-1], 4), bool)], -1)
    return np.asarray(padded.reshape(*planes.shape[:-1], 11, 12).any(-2))
