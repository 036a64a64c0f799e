"""Examples for the chord plan: what the encoder reads of a window, and the window's real chords.

The encoder stays as it is, so it reads each window once. Windows of the data sets have the chords that are recognised
in their parts; windows of lead sheets have written ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ..base.arrays import Floats
from ..base.contract import GENRE_IDS, SLOTS, STEPS, VOICES
from ..data.lead_sheets import LeadSheet, SheetWindow, window
from ..data.sampler import Sampler, moved_window
from ..musical.chord_vocabulary import moved
from ..musical.key import shifts, weights_of_planes
from ..networks.batches import conditions, tensors
from ..networks.encoded import Encoded, Gaussian
from ..networks.generator import Conditions, Generator

#: How far the style of an example lies from its genre's point.
STYLE_NOISE = 0.12
#: Windows that are encoded at once.
BATCH = 64


@dataclass
class Examples:
    """Encoded windows with their chords."""

    by_slot: NDArray[np.float16]  # [N, 8, width]
    notes: NDArray[np.float16]  # [N, 16, NOTES_OF_SLOT]
    style: Floats  # [N, STYLE]
    meter: Floats  # [N, 2]
    chords: NDArray[np.int16]  # [N, 8]
    basses: NDArray[np.int8]  # [N, 8]
    genre: NDArray[np.int8]  # [N]
    sheet: NDArray[np.bool_]  # [N]: from a lead sheet
    melody: NDArray[np.bool_]  # [N]: with a known melody

    def save(self, path: Path) -> None:
        """Writes the examples."""
        np.savez(path, allow_pickle=False, **vars(self))

    @staticmethod
    def load(path: Path) -> Examples:
        """Reads examples that were written."""
        with np.load(path) as file:
            return Examples(**{f.name: file[f.name] for f in fields(Examples)})

    @staticmethod
    def joined(parts: list[Examples]) -> Examples:
        """All examples together."""
        return Examples(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Examples)})

    def rows(self, rows: NDArray[np.int64]) -> Examples:
        """Some of the examples."""
        return Examples(**{f.name: getattr(self, f.name)[rows] for f in fields(Examples)})

    def encoded(self, rows: NDArray[np.int64]) -> Encoded:
        """What the chord plan reads of some examples; the rest is empty."""
        meter = torch.from_numpy(self.meter[rows])
        nothing = torch.zeros(len(rows), 0)
        return Encoded(
            nothing,
            torch.from_numpy(self.by_slot[rows].astype(np.float32)),
            torch.from_numpy(self.notes[rows].astype(np.float32)),
            Gaussian(nothing, nothing),
            torch.from_numpy(self.style[rows]),
            meter,
        )


def _examples(
    e: Encoded,
    chords: NDArray[np.int64],
    basses: NDArray[np.int64],
    genre: NDArray[np.int64],
    sheet: bool,
    melody: NDArray[np.bool_],
) -> Examples:
    return Examples(
        e.by_slot.numpy().astype(np.float16),
        e.notes.numpy().astype(np.float16),
        e.style.numpy().astype(np.float32),
        e.meter.numpy().astype(np.float32),
        chords.astype(np.int16),
        basses.astype(np.int8),
        genre.astype(np.int8),
        np.full(len(genre), sheet),
        melody,
    )


def of_windows(generator: Generator, sampler: Sampler, count: int) -> Iterator[Examples]:
    """Examples from windows of the data sets, drawn as in training."""
    made = 0
    random = torch.Generator().manual_seed(int(sampler.random.integers(1 << 30)))
    while made < count:
        b = tensors(sampler.batch(BATCH))
        rows = (b.chords >= 0).any(1)
        b = type(b)(*(x[rows] for x in b))
        points = generator.styles(b.genre)
        with torch.no_grad():
            style = points + STYLE_NOISE * torch.randn(points.shape, generator=random)
            e = generator.encode(conditions(b, style))
        known = b.melody.flatten(1).any(1).numpy()
        yield _examples(e, b.chords.numpy(), b.basses.numpy(), b.genre.numpy(), False, known)
        made += len(known)


class SheetSampler:
    """Draws windows of lead sheets, with what the engine would know of them."""

    def __init__(self, sheets: list[LeadSheet], seed: int, plain: bool = False) -> None:
        self.sheets, self.plain = sheets, plain
        self.random = np.random.default_rng(seed)

    def conditions(
        self, chosen: list[tuple[LeadSheet, int]]
    ) -> tuple[Conditions, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The encoder's inputs without a style; chords, bass notes and genres."""
        rng, size = self.random, len(chosen)
        melody, heard = np.zeros((size, 2, STEPS, 84), np.float32), np.zeros((size, STEPS), np.float32)
        before = np.zeros((size, 10, STEPS, 84), np.float32)
        meter = np.zeros((size, 2), np.float32)
        chords, basses = np.zeros((2, size, SLOTS), np.int64)
        genre = np.array([GENRE_IDS.index(s.genre) for s, _ in chosen], np.int64)
        for i, (sheet, bar) in enumerate(chosen):
            found = window(sheet, bar, bool(rng.random() < 0.5))
            used = 48 if sheet.three else 64
            if sheet.melody is not None:
                heard[i, :used] = 1
                if not self.plain and rng.random() < 0.25:
                    heard[i, int(rng.integers(0, used)) :] = 0
                found.melody[:, heard[i] == 0] = False
            if not self.plain:
                self._forget(found)
            shift = self._shift(sheet, found)
            melody[i] = moved_window(found.melody, shift)
            before[i] = moved_window(found.before, shift)
            meter[i, int(sheet.three)] = 1
            chords[i] = moved(found.chords, shift)
            basses[i] = np.where(found.basses >= 0, (found.basses + shift) % 12, -1)
        c = Conditions(
            torch.from_numpy(melody),
            torch.from_numpy(heard),
            torch.from_numpy(before),
            torch.zeros(size, STEPS, VOICES),
            torch.zeros(size, 8, STEPS, 84),
            torch.zeros(size, STEPS, VOICES),
            torch.zeros(size, 5),
            torch.zeros(size, 0),
            torch.from_numpy(meter),
        )
        return c, chords, basses, genre

    def _forget(self, found: SheetWindow) -> None:
        """Hides all or some of the window before."""
        kind = self.random.random()
        if kind < 0.12:
            found.before[:] = False
        elif kind < 0.24:
            found.before[2:] = False
        elif kind < 0.4:
            part = 2 if self.random.random() < 0.5 else 4
            found.before[part : part + 2] = False

    def _shift(self, sheet: LeadSheet, found: SheetWindow) -> int:
        """The engine's key shift, and the annotated one where it knows no melody."""
        extra = int(self.random.integers(-6, 6)) if not self.plain and self.random.random() < 0.1 else 0
        both = [found.before[:2], found.melody]
        weights = sum(weights_of_planes(p[:1], p[1:]) for p in both)
        assert not isinstance(weights, int)
        return extra + (int(shifts(weights)[0]) if weights.sum() > 0 else found.shift)

    def all_windows(self) -> list[tuple[LeadSheet, int]]:
        """Every fourth bar of every song."""
        return [(s, bar) for s in self.sheets for bar in range(0, s.bars - 3, 4)]

    def drawn(self, count: int) -> list[tuple[LeadSheet, int]]:
        """Windows at any bar; each genre's songs weigh as the square root of their number."""
        genres = sorted({s.genre for s in self.sheets})
        by_genre = {g: [s for s in self.sheets if s.genre == g] for g in genres}
        weight = np.sqrt([len(by_genre[g]) for g in genres])
        picks = self.random.choice(len(genres), count, p=weight / weight.sum())
        chosen = []
        for pick in picks:
            songs = by_genre[genres[pick]]
            # Songs with a melody teach more: every second window is one of theirs.
            sung = [s for s in songs if s.melody is not None]
            songs = sung if sung and self.random.random() < 0.5 else songs
            sheet = songs[int(self.random.integers(len(songs)))]
            chosen.append((sheet, int(self.random.integers(0, sheet.bars - 3))))
        return chosen


def of_sheets(generator: Generator, sampler: SheetSampler, chosen: list[tuple[LeadSheet, int]]) -> Iterator[Examples]:
    """Examples from windows of lead sheets."""
    random = torch.Generator().manual_seed(len(chosen))
    noise = 0.0 if sampler.plain else STYLE_NOISE
    for first in range(0, len(chosen), BATCH):
        c, chords, basses, genre = sampler.conditions(chosen[first : first + BATCH])
        with torch.no_grad():
            points = generator.styles(torch.from_numpy(genre))
            e = generator.encode(c._replace(style=points + noise * torch.randn(points.shape, generator=random)))
        yield _examples(e, chords, basses, genre, True, c.melody.flatten(1).any(1).numpy())
