"""What the reviser learns from: windows of which some cells are hidden, and some notes are wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..melodies.events import PITCHES
from ..melodies.steps import ABSENT, BARS, HOLD, ONSET, SILENCE, SLOT, UNKNOWN, Cells, Windows

#: The largest share of wrong notes.
MOST_WRONG = 0.3
#: How often notes are wrong, and how often cells are hidden as well.
WRONG, BOTH = 0.65, 0.25


@dataclass
class Lesson:
    """What is read, and what is to be said."""

    read: Tensor  # [B, 128]
    doubt: Tensor  # [B, 1]: the share of wrong notes
    asked: Tensor  # [B, 128]: cells that are hidden or wrong
    told: Tensor  # [B, 128]: what they hold; −1 where a bar has no cell


def replaced(cells: Cells, share: NDArray[np.float64], random: np.random.Generator) -> Cells:
    """Windows with a share of their notes replaced by random ones of the window's range, widened by two semitones."""
    out = cells.copy()
    notes = cells < PITCHES
    high = np.where(notes, cells, -1).max(1)
    low = np.where(notes, cells, PITCHES).min(1)
    low, high = np.maximum(low - 2, 0), np.minimum(high + 2, PITCHES - 1)
    width = np.maximum(high - low, 1)[:, None]
    drawn = low[:, None] + random.integers(0, 1 << 30, cells.shape) % width
    drawn += drawn >= cells  # any pitch but the right one
    chosen = notes & (random.random(cells.shape) < share[:, None])
    out[chosen] = np.minimum(drawn, PITCHES - 1)[chosen]
    return out


def _added_and_removed(cells: Cells, share: NDArray[np.float64], random: np.random.Generator) -> Cells:
    """Some notes sound on over the next, or fall silent; some begin where a note sounds on or nothing sounds."""
    out = cells.copy()
    notes = cells < PITCHES
    before = np.concatenate([np.full((len(cells), 1), SILENCE), cells[:, :-1]], 1)
    gone = notes & (random.random(cells.shape) < share[:, None] / 3)
    # What is gone is held by the note before, or the note and its end are silent.
    held = gone & (before != SILENCE) & (before != ABSENT)
    out[held] = HOLD
    quiet = gone & ~held
    out[quiet] = SILENCE
    for cell in range(1, cells.shape[1]):
        out[(out[:, cell] == HOLD) & (out[:, cell - 1] == SILENCE), cell] = SILENCE
    count = notes.sum(1, keepdims=True)
    free = (out == HOLD) | (out == SILENCE)
    chance = share[:, None] / 3 * count / np.maximum(free.sum(1, keepdims=True), 1)
    new = free & (random.random(cells.shape) < chance)
    mean = np.where(notes, cells, 0).sum(1, keepdims=True) // np.maximum(count, 1)
    drawn = np.clip(mean + random.integers(-9, 10, cells.shape), 0, PITCHES - 1)
    out[new] = drawn[new]
    return out


def hidden(cells: Cells, random: np.random.Generator) -> Cells:
    """Windows with cells hidden in one of many ways."""
    size = len(cells)
    out = cells.copy()
    kind = random.random(size)
    bar = np.arange(cells.shape[1]) // SLOT
    share = random.random((size, 1))
    scattered = random.random(cells.shape) < share
    first = random.integers(0, BARS, size)
    count = np.minimum(random.integers(1, BARS + 1, size), random.integers(1, BARS + 1, size))
    span = (bar >= first[:, None]) & (bar < (first + count)[:, None])
    # Scattered cells; whole bars; bars of which some cells are written already, in any order or from the left.
    left = np.arange(cells.shape[1]) >= (share * cells.shape[1])
    mask = np.where((kind < 0.25)[:, None], scattered, span)
    mask = np.where(((kind >= 0.4) & (kind < 0.65))[:, None], span & scattered, mask)
    mask = np.where(((kind >= 0.65) & (kind < 0.75))[:, None], span & left, mask)
    pitches = (kind >= 0.75)[:, None] & (cells < PITCHES) & (span | (share > 0.8))
    # Of some hidden notes the rhythm is known.
    mask = np.where((kind >= 0.75)[:, None], False, mask)
    out[mask] = UNKNOWN
    some = pitches & ((random.random(cells.shape) < 0.75) | (kind < 0.85)[:, None])
    out[some] = ONSET
    out[cells == ABSENT] = ABSENT
    return out


def lesson(w: Windows, random: np.random.Generator) -> Lesson:
    """Most of the windows with wrong notes, the others with hidden cells, some with both."""
    size = len(w.cells)
    wrong = random.random(size) < WRONG
    share = np.where(wrong, random.random(size) * MOST_WRONG, 0.0)
    # In half of them only pitches are wrong, in the others notes are added and removed, too.
    whole = random.random(size) < 0.5
    read = _added_and_removed(replaced(w.cells, share, random), np.where(whole, share, 0.0), random)
    with_holes = ~wrong | (random.random(size) < BOTH)
    read[with_holes] = hidden(read[with_holes], random)
    there = w.cells != ABSENT
    return Lesson(
        torch.from_numpy(read),
        torch.from_numpy(share[:, None].astype(np.float32)),
        torch.from_numpy((read != w.cells) & there),
        torch.from_numpy(np.where(there, w.cells, -1)),
    )
