"""The contract of the melody network (models/MELODIES.md) as constants, and melodies as events.

A melody is one line of notes and rests on the grid of sixteenths. An event is a note or a rest with its length; rests
end at bar lines, notes do not. All pitches are moved so that the key has C major's signature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.contract import GENRE_IDS

MELODY_CONTRACT = 1
#: The MIDI pitch of the first symbol, and the number of pitches.
LOWEST, PITCHES = 36, 61
#: The symbols after the pitches. `NONE` is only read: there is no event.
REST, NONE = PITCHES, PITCHES + 1
SYMBOLS = PITCHES + 1
#: Lengths in steps of a sixteenth, 1 to this; 0 is read where there is no event.
LONGEST = 32
#: How many bars back the network looks at the event that started at the same place of the bar.
LOOKBACK = (1, 2, 4, 8)
#: The numbers of a place: step in the bar, bar of a group of eight, bars left, three beats, genre, minor.
PLACES = (16, 9, 18, 2, len(GENRE_IDS) + 1, 3)
#: Values of a place that say that nothing is known.
UNKNOWN_BAR, UNKNOWN_LEFT, UNKNOWN_GENRE, UNKNOWN_MODE = 8, 17, len(GENRE_IDS), 2
#: A chord: root, tones, and whether it is known; of the slot where the event starts, and of the next slot.
CHORD = 12 + 12 + 1
#: How many events the network remembers.
MEMORY = 160

Events = NDArray[np.int32]


@dataclass
class Melody:
    """A melody of a piece, moved to C major's signature, from its first full bar to the end of its last."""

    source: str  # the data set or the source of the lead sheet
    piece: str
    genre: int
    three: bool  # bars of 12 steps instead of 16
    minor: bool
    validation: bool
    notes: NDArray[np.int32]  # [notes, 3]: first step, steps, pitch; one at a time
    chords: NDArray[np.int16] | None = None  # of each half bar (in 3/4 each bar), moved too; −1: unknown

    @property
    def bar(self) -> int:
        """Steps of a bar."""
        return 12 if self.three else 16

    @property
    def bars(self) -> int:
        """Bars up to the end of the last note."""
        return -(-int((self.notes[:, 0] + self.notes[:, 1]).max()) // self.bar)


def symbol(pitch: int) -> int:
    """The symbol of a moved pitch; what lies outside the range moves by octaves."""
    while pitch < LOWEST:
        pitch += 12
    while pitch >= LOWEST + PITCHES:
        pitch -= 12
    return pitch - LOWEST


def _rests(start: int, end: int, bar: int) -> list[tuple[int, int, int]]:
    found = []
    while start < end:
        stop = min(end, (start // bar + 1) * bar)
        found.append((REST, stop - start, start))
        start = stop
    return found


def events(melody: Melody) -> Events:
    """[events, 3]: symbol, length and first step, from step 0 to the end of the last bar."""
    found: list[tuple[int, int, int]] = []
    now = 0
    starts = [*melody.notes[1:, 0].tolist(), melody.bars * melody.bar]
    for (start, length, pitch), following in zip(melody.notes.tolist(), starts, strict=True):
        if start < now or following <= start:
            continue
        found += _rests(now, start, melody.bar)
        held = min(length, following - start, LONGEST)
        found.append((symbol(pitch), held, start))
        now = start + held
    found += _rests(now, melody.bars * melody.bar, melody.bar)
    return np.array(found, np.int32).reshape(-1, 3)


def lookback(made: Events, starts: NDArray[np.int32], bar: int) -> NDArray[np.int32]:
    """[starts, 4, 2]: symbol and length of the event that began the given numbers of bars before each start."""
    out = np.zeros((len(starts), len(LOOKBACK), 2), np.int32)
    out[:, :, 0] = NONE
    if len(made):
        for column, bars in enumerate(LOOKBACK):
            there = starts - bars * bar
            index = np.searchsorted(made[:, 2], there).clip(0, len(made) - 1)
            hit = made[index, 2] == there
            out[hit, column] = made[index[hit], :2]
    return out


def places(melody: Melody, starts: NDArray[np.int32], last_bar: int | None = None) -> NDArray[np.int32]:
    """[starts, 6]: the numbers of the place where each event starts; `last_bar`: the number of bars of the whole."""
    bars = melody.bars if last_bar is None else last_bar
    out = np.zeros((len(starts), len(PLACES)), np.int32)
    bar = starts // melody.bar
    out[:, 0] = starts % melody.bar
    out[:, 1] = bar % 8
    out[:, 2] = np.clip(bars - 1 - bar, 0, UNKNOWN_LEFT - 1)
    out[:, 3], out[:, 4], out[:, 5] = melody.three, melody.genre, melody.minor
    return out


def chords_at(melody: Melody, starts: NDArray[np.int32]) -> NDArray[np.int32]:
    """[starts, 2]: the chord where each event starts and the next one; −1: unknown."""
    out = np.full((len(starts), 2), -1, np.int32)
    if melody.chords is not None and len(melody.chords):
        slot = starts // (12 if melody.three else 8)
        for column in (0, 1):
            inside = slot + column < len(melody.chords)
            out[inside, column] = melody.chords[slot[inside] + column]
    return out
