"""Melodies as cells: for each step of a sixteenth whether a note begins, sounds on, or nothing sounds.

A window has eight bars in slots of 16 cells, so that "a bar ago" is one distance in every meter. Cells that a bar does
not have, and bars outside the melody, are absent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..base.contract import GENRE_IDS
from ..musical.chord_vocabulary import moved
from .events import PITCHES, REST, UNKNOWN_GENRE, UNKNOWN_MODE
from .examples import CHORD_TABLE, Corpus

#: Cells of a bar, bars of a window, cells of a window.
SLOT, BARS = 16, 8
CELLS = SLOT * BARS
#: What a cell holds: 0–60 are the pitches of notes that begin; a note sounds on; silence.
HOLD, SILENCE = PITCHES, PITCHES + 1
WRITTEN = PITCHES + 2
#: What is only read: nothing is known, a note of an unknown pitch begins, the bar has no such cell.
UNKNOWN, ONSET, ABSENT = WRITTEN, WRITTEN + 1, WRITTEN + 2
READ = WRITTEN + 3
#: A chord holds for half a slot.
CHORD_CELLS = 8
CHORD_SLOTS = CELLS // CHORD_CELLS
#: What is known of the whole: the genre (the last: unknown), minor (the last: unknown), bars of three beats.
GENRES, MODES = UNKNOWN_GENRE + 1, UNKNOWN_MODE + 1
WHOLE = GENRES + MODES + 1
#: The row of the table of chords that says that nothing is known.
NO_CHORD_KNOWN = len(CHORD_TABLE) - 1
#: How often a learnt window moves by an octave, or by a fifth because keys are sometimes mistaken.
OCTAVE, FIFTH = 0.35, 0.1
#: How often what could be known of the whole is not.
HIDDEN = 0.15

Cells = NDArray[np.int64]


@dataclass
class Windows:
    """Windows of melodies."""

    cells: Cells  # [N, 128]
    chords: Cells  # [N, 16]: rows of the table of chords
    genre: Cells  # [N]
    minor: Cells  # [N]
    three: Cells  # [N]

    def whole(self) -> Tensor:
        """[N, 14]: what is known of the whole."""
        found = np.zeros((len(self.genre), WHOLE), np.float32)
        rows = np.arange(len(found))
        found[rows, self.genre] = 1
        found[rows, GENRES + self.minor] = 1
        found[:, -1] = self.three
        return torch.from_numpy(found)

    def harmony(self) -> Tensor:
        """[N, 16, 25]: the chord of each half bar."""
        return CHORD_TABLE[torch.from_numpy(self.chords)]


def cells_of(events: NDArray[np.int16], three: bool) -> Cells:
    """The cells of a melody's events, bar by bar."""
    bar = 12 if three else 16
    bars = -(-int(events[-1, 1:].sum()) // bar)
    line = np.full(bars * bar, SILENCE, np.int64)
    for symbol, length, start in events.astype(np.int64):
        if symbol != REST:
            line[start + 1 : start + length] = HOLD
            line[start] = symbol
    found = np.full((bars, SLOT), ABSENT, np.int64)
    found[:, :bar] = line.reshape(bars, bar)
    return found.reshape(-1)


def chords_of(events: NDArray[np.int16], chords: NDArray[np.int16], three: bool, bars: int) -> Cells:
    """The chord of each half bar, where an event tells it."""
    found = np.full(2 * bars, NO_CHORD_KNOWN, np.int64)
    slot = events[:, 2].astype(np.int64) // (12 if three else 8)
    for column in (1, 0):
        known = chords[:, column] >= 0
        places, named = slot[known] + column, chords[known, column].astype(np.int64)
        for half in (0, 1) if three else (0,):
            there = places * 2 + half if three else places
            inside = there < len(found)
            found[there[inside]] = named[inside]
    return found


class Library:
    """All melodies of a corpus as cells, and windows drawn from them."""

    def __init__(self, corpus: Corpus, which: NDArray[np.int64], seed: int) -> None:
        self.random = np.random.default_rng(seed)
        cells, chords, rows = [], [], []
        for melody in which.tolist():
            span = slice(int(corpus.first[melody]), int(corpus.first[melody + 1]))
            place = corpus.place[span.start]
            mine = cells_of(corpus.event[span], bool(place[3]))
            cells.append(mine)
            bars = len(mine) // SLOT
            chords.append(chords_of(corpus.event[span], corpus.chord[span], bool(place[3]), bars))
            rows.append((bars, int(place[4]), int(place[5]), int(place[3])))
        facts = np.array(rows, np.int64)
        self.bars, self.genre, self.minor, self.three = facts.T
        self.first = np.cumsum([0, *self.bars])
        # Windows reach beyond the last melody's end.
        self.cells = np.concatenate([*cells, np.full(CELLS, ABSENT, np.int64)])
        self.chords = np.concatenate([*chords, np.full(CHORD_SLOTS, NO_CHORD_KNOWN, np.int64)])
        total = np.maximum(np.bincount(self.genre, self.bars, len(GENRE_IDS)), 1.0)
        # Rare genres come more often than their share.
        weight = self.bars * (total**-0.5)[self.genre]
        self.cumulative = np.cumsum(weight / weight.sum())

    def windows(self, melody: Cells, begin: Cells, bars: int = BARS) -> Windows:
        """The windows from bar `begin` of each melody; bars after `bars` are absent."""
        first = self.first[melody] + begin
        left = np.minimum(self.bars[melody] - begin, bars)
        cells = self.cells[first[:, None] * SLOT + np.arange(CELLS)]
        cells[np.arange(CELLS) // SLOT >= left[:, None]] = ABSENT
        chords = self.chords[2 * first[:, None] + np.arange(CHORD_SLOTS)]
        chords[np.arange(CHORD_SLOTS) // 2 >= left[:, None]] = NO_CHORD_KNOWN
        return Windows(cells, chords, self.genre[melody], self.minor[melody], self.three[melody])

    def draw(self, size: int, bars: int = BARS) -> Windows:
        """Windows to learn from: some moved, some with less known of them."""
        r = self.random
        melody = np.searchsorted(self.cumulative, r.random(size)).clip(0, len(self.bars) - 1)
        begin = (r.random(size) * np.maximum(self.bars[melody] - bars + 1, 1)).astype(np.int64)
        # Phrases begin every four bars more often than elsewhere.
        even = r.random(size) < 0.5
        begin[even] = begin[even] // 4 * 4
        w = self.windows(melody, begin, bars)
        self._move(w)
        w.chords[r.random(size) < 0.4] = NO_CHORD_KNOWN
        w.genre = np.where(r.random(size) < HIDDEN, GENRES - 1, w.genre)
        w.minor = np.where(r.random(size) < HIDDEN, MODES - 1, w.minor)
        return w

    def _move(self, w: Windows) -> None:
        r = self.random
        for row in range(len(w.cells)):
            by = 0
            if r.random() < FIFTH:
                by = int(r.choice([-5, 5, 7, -7]))
            elif r.random() < OCTAVE:
                by = int(r.choice([-12, 12]))
            sung = w.cells[row] < PITCHES
            if by == 0 or not sung.any():
                continue
            moved = w.cells[row, sung] + by
            if moved.min() < 0 or moved.max() >= PITCHES:
                continue
            w.cells[row, sung] = moved
            w.chords[row] = moved_chords(w.chords[row], by)


def moved_chords(chords: Cells, by: int) -> Cells:
    """Rows of the table of chords, transposed by `by` semitones."""
    known = chords < NO_CHORD_KNOWN
    found = chords.copy()
    found[known] = moved(chords[known], by)
    return found
