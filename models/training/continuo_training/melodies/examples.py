"""Melodies as arrays of events, kept in one file, and batches drawn from them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..base.contract import GENRE_IDS
from ..musical.chord_vocabulary import CHORDS, NO_CHORD, QUALITIES, TONES
from .events import (
    CHORD,
    LONGEST,
    LOOKBACK,
    NONE,
    PITCHES,
    PLACES,
    SYMBOLS,
    UNKNOWN_BAR,
    UNKNOWN_GENRE,
    UNKNOWN_LEFT,
    UNKNOWN_MODE,
    Melody,
    chords_at,
    events,
    lookback,
    places,
)

#: How often a learnt melody moves by an octave, or by a fifth because keys are sometimes mistaken.
OCTAVE, FIFTH = 0.35, 0.1
#: How often what could be known is not.
NO_CHORDS, NO_END, NO_GENRE, NO_BAR = 0.4, 0.15, 0.1, 0.1


def _chord_table() -> Tensor:
    """[CHORDS + 1, 25]: root, tones and whether the chord is known; the last row is the unknown chord."""
    rows = torch.zeros(CHORDS + 1, CHORD)
    for number in range(CHORDS):
        rows[number, 24] = 1
        if number != NO_CHORD:
            rows[number, number // len(QUALITIES)] = 1
            rows[number, 12:24] = torch.from_numpy(TONES[number])
    return rows


CHORD_TABLE = _chord_table()


@dataclass
class Batch:
    """Melodies of one length: what the network reads before each event, and the events."""

    read: Tensor  # [B, T, 2]: symbol and length of the event before
    place: Tensor  # [B, T, 6]
    back: Tensor  # [B, T, 4, 2]
    chords: Tensor  # [B, T, 50]: chord now and next
    start: Tensor  # [B, T]: the step where each event starts
    read_start: Tensor  # [B, T]: the step where the event before starts
    symbol: Tensor  # [B, T]: the events, to be foreseen; −1 after the end
    length: Tensor  # [B, T]


@dataclass
class Corpus:
    """The events of many melodies, one after the other."""

    event: NDArray[np.int16]  # [E, 3]: symbol, length, start (of the melody)
    place: NDArray[np.int8]  # [E, 6]
    back: NDArray[np.int8]  # [E, 4, 2]
    chord: NDArray[np.int16]  # [E, 2]
    first: NDArray[np.int64]  # [M + 1]: where each melody begins
    validation: NDArray[np.bool_]  # [M]
    genre: NDArray[np.int8]  # [M]

    @staticmethod
    def of(melodies: list[Melody]) -> Corpus:
        """The melodies as arrays."""
        parts = [(m, events(m)) for m in melodies]
        parts = [(m, made) for m, made in parts if len(made)]
        starts = [made[:, 2] for _, made in parts]
        return Corpus(
            np.concatenate([made for _, made in parts]).astype(np.int16),
            np.concatenate([places(m, s) for (m, _), s in zip(parts, starts, strict=True)]).astype(np.int8),
            np.concatenate([lookback(made, s, m.bar) for (m, made), s in zip(parts, starts, strict=True)]).astype(
                np.int8
            ),
            np.concatenate([chords_at(m, s) for (m, _), s in zip(parts, starts, strict=True)]).astype(np.int16),
            np.cumsum([0, *(len(made) for _, made in parts)]).astype(np.int64),
            np.array([m.validation for m, _ in parts]),
            np.array([m.genre for m, _ in parts], np.int8),
        )

    def save(self, path: Path) -> None:
        """Writes the arrays, whole or not at all."""
        temporary = path.with_suffix(".tmp.npz")
        np.savez(temporary, allow_pickle=False, **{f.name: getattr(self, f.name) for f in fields(Corpus)})
        temporary.replace(path)

    @staticmethod
    def load(path: Path) -> Corpus:
        """Reads the arrays."""
        with np.load(path) as file:
            return Corpus(**{f.name: file[f.name] for f in fields(Corpus)})

    def rows(self, melody: NDArray[np.int64], begin: NDArray[np.int64], length: int) -> Batch:
        """Stretches of `length` events from event `begin` of each melody; where it ends, the symbol is −1."""
        index = self.first[melody][:, None] + begin[:, None] + np.arange(length)[None]
        end = self.first[melody + 1][:, None]
        outside = index >= end
        index = np.minimum(index, end - 1)
        before = np.maximum(index - 1, 0)
        is_first = index == self.first[melody][:, None]
        read = self.event[before].astype(np.int64)
        read[is_first] = (NONE, 0, 0)
        event = self.event[index].astype(np.int64)
        symbols = np.where(outside, -1, event[..., 0])
        chord = self.chord[index].astype(np.int64)
        chord = np.where(chord < 0, CHORDS, chord)
        return Batch(
            torch.from_numpy(read[..., :2].copy()),
            torch.from_numpy(self.place[index].astype(np.int64)),
            torch.from_numpy(self.back[index].astype(np.int64)),
            CHORD_TABLE[torch.from_numpy(chord)].flatten(2),
            torch.from_numpy(event[..., 2].copy()),
            torch.from_numpy(read[..., 2].copy()),
            torch.from_numpy(symbols),
            torch.from_numpy(event[..., 1].copy()),
        )


class Drawer:
    """Draws batches to learn from."""

    def __init__(self, corpus: Corpus, length: int, seed: int) -> None:
        self.corpus, self.length, self.random = corpus, length, np.random.default_rng(seed)
        self.melodies = np.flatnonzero(~corpus.validation)
        sizes = (corpus.first[1:] - corpus.first[:-1])[self.melodies].astype(np.float64)
        genre = corpus.genre[self.melodies].astype(np.int64)
        total = np.maximum(np.bincount(genre, sizes, len(GENRE_IDS)), 1.0)
        # Rare genres come more often than their share.
        weight = sizes * (total**-0.5)[genre]
        self.cumulative = np.cumsum(weight / weight.sum())

    def draw(self, size: int) -> Batch:
        """`size` stretches, some moved, some with less known of them."""
        r = self.random
        melody = self.melodies[np.searchsorted(self.cumulative, r.random(size)).clip(0, len(self.melodies) - 1)]
        count = self.corpus.first[melody + 1] - self.corpus.first[melody]
        begin = (r.random(size) * np.maximum(count - self.length // 2, 1)).astype(np.int64)
        begin[r.random(size) < 0.25] = 0
        b = self.corpus.rows(melody, begin, self.length)
        self._move(b)
        self._hide(b)
        return b

    def _move(self, b: Batch) -> None:
        """Moves some melodies by an octave or by a fifth; the chords move too."""
        r = self.random
        for row in range(len(b.symbol)):
            by = 0
            if r.random() < FIFTH:
                by = int(r.choice([-5, 5, 7, -7]))
            elif r.random() < OCTAVE:
                by = int(r.choice([-12, 12]))
            sung = b.symbol[row][(b.symbol[row] >= 0) & (b.symbol[row] < PITCHES)]
            if by == 0 or not len(sung) or int(sung.min()) + by < 0 or int(sung.max()) + by >= PITCHES:
                continue
            for symbols in (b.read[row, :, 0], b.back[row, :, :, 0], b.symbol[row]):
                is_pitch = (symbols >= 0) & (symbols < PITCHES)
                symbols[is_pitch] = (symbols[is_pitch] + by).clamp(0, PITCHES - 1)
            c = b.chords[row].reshape(-1, 2, CHORD)
            c[..., :12] = c[..., :12].roll(by, -1)
            c[..., 12:24] = c[..., 12:24].roll(by, -1)

    def _hide(self, b: Batch) -> None:
        r, size = self.random, len(b.symbol)
        b.chords[torch.from_numpy(r.random(size) < NO_CHORDS)] = 0
        for share, column, unknown in (
            (NO_BAR, 1, UNKNOWN_BAR),
            (NO_END, 2, UNKNOWN_LEFT),
            (NO_GENRE, 4, UNKNOWN_GENRE),
            (NO_GENRE, 5, UNKNOWN_MODE),
        ):
            b.place[torch.from_numpy(r.random(size) < share), :, column] = unknown


def stretches(corpus: Corpus, melodies: NDArray[np.int64], length: int, context: int) -> list[tuple[int, int, int]]:
    """(melody, first event read, first event counted) so that each event of the melodies is counted once, with at least
    `context` events before it where there are as many."""
    found = []
    for melody in melodies.tolist():
        count = int(corpus.first[melody + 1] - corpus.first[melody])
        counted = 0
        while counted < count:
            begin = max(0, counted - context)
            found.append((melody, begin, counted))
            counted = begin + length
    return found


assert LONGEST < 127 and SYMBOLS < 127 and len(PLACES) == 6 and len(LOOKBACK) == 4
