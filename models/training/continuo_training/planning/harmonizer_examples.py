"""Examples for the harmonizer: melodies step by step, with the chords of lead sheets or those recognised in windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..base.contract import GENRE_IDS, SLOTS, STEPS
from ..data.lead_sheets import LeadSheet
from ..data.sampler import Sampler
from ..musical.chord_vocabulary import moved
from ..musical.key import shifts
from ..networks.batches import tensors
from ..networks.harmonizer import Line, line_of_planes

#: Windows that are read at once from the data sets.
BATCH = 64
#: How often a learnt window is transposed by any interval more, and how often the end of its melody is not known yet.
ELSEWHERE, UNHEARD = 0.1, 0.25


@dataclass
class Melodies:
    """Melodies in two windows, with the chords of both."""

    sounds: NDArray[np.uint8]  # [N, 128, 2]: packed bits of pitch classes
    starts: NDArray[np.uint8]  # [N, 16]: packed bits of steps
    heard: NDArray[np.uint8]  # [N, 16]
    meter: NDArray[np.float32]  # [N, 2]
    chords: NDArray[np.int16]  # [N, 16]: the window before first; −1 where nothing is known
    basses: NDArray[np.int8]  # [N, 16]
    genre: NDArray[np.int8]  # [N]
    sheet: NDArray[np.bool_]  # [N]: from a lead sheet

    @staticmethod
    def joined(parts: list[Melodies]) -> Melodies:
        """All together."""
        return Melodies(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Melodies)})

    def rows(self, rows: NDArray[np.int64]) -> Melodies:
        """Some of them."""
        return Melodies(**{f.name: getattr(self, f.name)[rows] for f in fields(Melodies)})

    def save(self, path: Path) -> None:
        """Writes them."""
        np.savez_compressed(path, allow_pickle=False, **vars(self))

    @staticmethod
    def load(path: Path) -> Melodies:
        """Reads what was written."""
        with np.load(path) as file:
            return Melodies(**{f.name: file[f.name] for f in fields(Melodies)})

    def sung(self) -> NDArray[np.bool_]:
        """[N]: whether any of the melody is known."""
        return np.asarray(self.sounds.any((1, 2)))

    def line(self) -> Line:
        """The melodies as the network reads them."""

        def bits(packed: NDArray[np.uint8], count: int) -> Tensor:
            return torch.from_numpy(np.unpackbits(packed, axis=-1, count=count).astype(np.float32))

        return Line(bits(self.sounds, 12), bits(self.starts, 2 * STEPS), bits(self.heard, 2 * STEPS))


class SungSheet:
    """A lead sheet whose melody, if it has one, lies on the grid as pitch classes; not transposed."""

    def __init__(self, sheet: LeadSheet) -> None:
        self.sheet = sheet
        steps = len(sheet.chords) * sheet.unit
        self.sounds, self.starts = np.zeros((steps, 12), bool), np.zeros(steps, bool)
        for start, length, pitch in [] if sheet.melody is None else sheet.melody:
            if start < steps:
                self.sounds[start : start + length, pitch % 12] = True
                self.starts[start] = True
        weights = self.sounds.sum(0, dtype=np.float64) + (self.sounds & self.starts[:, None]).sum(0)
        self.sung = bool(weights.any())
        self.shift = int(shifts(weights[None])[0]) if self.sung else 0

    def window(self, bar: int, rng: np.random.Generator | None) -> Melodies:
        """The window that begins with a bar, and the one before, as the network reads them; varied, if there is a
        generator of random numbers."""
        sheet = self.sheet
        per_bar, used = (1, 48) if sheet.three else (2, STEPS)
        slots, first_step, first_slot = 4 * per_bar, bar * used // 4, bar * per_bar
        shift = self.shift if self.sung else int(sheet.shifts[min(bar, len(sheet.shifts) - 1)])
        if rng is not None and rng.random() < ELSEWHERE:
            shift += int(rng.integers(-6, 6))
        sounds, starts = np.zeros((2, STEPS, 12), bool), np.zeros((2, STEPS), bool)
        heard = np.zeros((2, STEPS), bool)
        chords, basses = np.full((2, SLOTS), -1, np.int64), np.full((2, SLOTS), -1, np.int64)
        for half, back in ((0, 1), (1, 0)):
            at, slot = first_step - back * used, first_slot - back * slots
            size, known = min(used, len(self.starts) - at), min(slots, len(sheet.chords) - slot)
            if at < 0 or size <= 0:
                continue
            sounds[half, :size], starts[half, :size] = self.sounds[at : at + size], self.starts[at : at + size]
            chords[half, :known], basses[half, :known] = sheet.chords[slot:][:known], sheet.basses[slot:][:known]
        heard[1, :used] = self.sung
        if rng is not None and rng.random() < UNHEARD:
            heard[1, int(rng.integers(0, used)) :] = False
        heard[0] = sounds[0].any()
        sounds[1] &= heard[1][:, None]
        starts &= heard
        low = np.where(basses >= 0, (basses + shift) % 12, -1)
        return Melodies(
            np.packbits(np.roll(sounds, shift, 2).reshape(1, 2 * STEPS, 12), axis=-1),
            np.packbits(starts.reshape(1, 2 * STEPS), axis=-1),
            np.packbits(heard.reshape(1, 2 * STEPS), axis=-1),
            np.array([[not sheet.three, sheet.three]], np.float32),
            moved(chords, shift).reshape(1, 2 * SLOTS).astype(np.int16),
            low.reshape(1, 2 * SLOTS).astype(np.int8),
            np.array([GENRE_IDS.index(sheet.genre)], np.int8),
            np.array([True]),
        )


def of_sheets(sheets: list[SungSheet], count: int, seed: int) -> Iterator[Melodies]:
    """Windows at any bar; each genre's songs weigh as the square root of their number."""
    rng = np.random.default_rng(seed)
    genres = sorted({s.sheet.genre for s in sheets})
    by_genre = [[s for s in sheets if s.sheet.genre == g] for g in genres]
    weight = np.sqrt([len(songs) for songs in by_genre])
    for pick in rng.choice(len(genres), count, p=weight / weight.sum()):
        song = by_genre[pick][int(rng.integers(len(by_genre[pick])))]
        yield song.window(int(rng.integers(0, song.sheet.bars - 3)), rng)


def all_of_sheets(sheets: list[SungSheet]) -> Iterator[Melodies]:
    """Every fourth bar of every song, as it is."""
    for song in sheets:
        for bar in range(0, song.sheet.bars - 3, 4):
            yield song.window(bar, None)


def of_windows(sampler: Sampler, count: int) -> Iterator[Melodies]:
    """Melodies of windows of the data sets whose chords were recognised."""
    made = 0
    while made < count:
        b = tensors(sampler.batch(BATCH))
        rows = (b.chords >= 0).any(1) & b.melody.flatten(1).any(1)
        b = type(b)(*(x[rows] for x in b))
        line = line_of_planes(b.melody, b.heard, b.context[:, :2])
        sounds, starts, heard = (np.packbits(x.numpy() > 0, axis=-1) for x in line)
        unknown = np.full((len(b.genre), SLOTS), -1)
        yield Melodies(
            sounds,
            starts,
            heard,
            b.meter.numpy().astype(np.float32),
            np.concatenate([unknown, b.chords.numpy()], 1).astype(np.int16),
            np.concatenate([unknown, b.basses.numpy()], 1).astype(np.int8),
            b.genre.numpy().astype(np.int8),
            np.zeros(len(b.genre), bool),
        )
        made += len(b.genre)


def labels_of(m: Melodies) -> tuple[Tensor, Tensor]:
    """The chords and bass notes of both windows [N, 16] as numbers."""
    return torch.from_numpy(m.chords.astype(np.int64)), torch.from_numpy(m.basses.astype(np.int64))
