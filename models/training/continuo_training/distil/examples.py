"""What a smaller decoder learns from: encoded windows, and for each take noise and given chords.

The encoder stays as it is, so it reads each window once. Windows are added all the time, while earlier ones are used
again with other noise and other given chords.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..adversarial.game import Dice, own_context
from ..base.contract import NOISE, SLOTS
from ..data.sampler import Sampler
from ..musical.chord_vocabulary import CHORDS
from ..networks.batches import TensorBatch, conditions, tensors
from ..networks.chord_plan import chord_vectors
from ..networks.encoded import Encoded, packed_size, unpacked
from ..networks.generator import Generator

#: How far styles lie from the genres' points, in half of the windows.
STYLE_NOISE = 0.15
#: The share of windows with the generator's own accompaniment as context, as in use.
OWN_CONTEXT = 0.5
#: The highest temperature.
HOTTEST = 1.3


def drawn_styles(points: Tensor, genre: Tensor, dice: Dice) -> Tensor:
    """[B, STYLE]: mostly the genre's own point, else another genre's, or one between; half of them moved a little."""
    count = len(genre)
    other = points[(dice.uniform(count) * len(points)).long()]
    kind = dice.uniform(count, 1)
    share = torch.where(kind < 0.55, 0.0, torch.where(kind < 0.85, 1.0, dice.uniform(count, 1)))
    moved = STYLE_NOISE * dice.normal(*other.shape) * (dice.uniform(count, 1) < 0.5)
    return points[genre] * (1 - share) + other * share + moved


class Window(NamedTuple):
    """A batch of windows as both networks of the pair read them."""

    batch: TensorBatch
    style: Tensor


class WindowDraws:
    """Windows of the data with drawn styles, half of them with the generator's own accompaniment before."""

    def __init__(self, generator: Generator, sampler: Sampler, seed: int) -> None:
        self.generator, self.sampler = generator, sampler
        self.dice = Dice(seed, torch.device("cpu"))

    def draw(self, count: int) -> Window:
        b = tensors(self.sampler.batch(count))
        with torch.no_grad():
            style = drawn_styles(self.generator.styles.weight, b.genre, self.dice)
            return Window(own_context(self.generator, b, style, OWN_CONTEXT, self.dice), style)


class Takes(NamedTuple):
    """Windows with what a take of each is drawn from."""

    encoded: Encoded
    noise: Tensor  # [B, NOISE]
    given: Tensor  # [B, 8, CHORD_SIZE]
    is_given: Tensor  # [B, 8]


class Pool:
    """Encoded windows with the chords of their real parts; when it is full, new ones replace the oldest."""

    def __init__(self, width: int, capacity: int) -> None:
        self.width = width
        self.packed = np.zeros((capacity, packed_size(width)), np.float16)
        self.chords, self.basses = np.zeros((2, capacity, SLOTS), np.int64)
        self.added = 0

    def __len__(self) -> int:
        return min(self.added, len(self.packed))

    def add(self, generator: Generator, window: Window) -> None:
        """Encodes windows and keeps them."""
        with torch.no_grad():
            packed = generator.encode(conditions(window.batch, window.style)).packed().float().numpy()
        rows = (self.added + np.arange(len(packed))) % len(self.packed)
        self.packed[rows] = packed
        self.chords[rows], self.basses[rows] = window.batch.chords.numpy(), window.batch.basses.numpy()
        self.added += len(packed)

    def takes(self, count: int, dice: Dice) -> Takes:
        """A batch of takes of windows drawn from the pool."""
        rows = (dice.uniform(count) * len(self)).long().numpy()
        return self.takes_of(rows, dice)

    def takes_of(self, rows: NDArray[np.int64], dice: Dice) -> Takes:
        """A take of each of these windows."""
        count = len(rows)
        encoded = unpacked(torch.from_numpy(self.packed[rows].astype(np.float32)), self.width)
        heat = HOTTEST * dice.uniform(count, 1) * (dice.uniform(count, 1) > 0.1)
        chords, basses = torch.from_numpy(self.chords[rows]), torch.from_numpy(self.basses[rows])
        given, is_given = given_chords(chords, basses, dice)
        return Takes(encoded, heat * dice.normal(count, NOISE), given, is_given)


def given_chords(chords: Tensor, basses: Tensor, dice: Dice) -> tuple[Tensor, Tensor]:
    """Chords that are given, [B, 8, CHORD_SIZE] and [B, 8]: none, those of the real parts, some of them, or another
    window's; in some windows without their bass notes."""
    count = len(chords)
    kind = dice.uniform(count, 1)
    strange = kind > 0.9
    chords = torch.where(strange, chords.roll(1, 0), chords)
    basses = torch.where(strange, basses.roll(1, 0), basses)
    some = (kind > 0.35) & (kind < 0.55)
    is_given = (chords >= 0) & (kind > 0.35) & (~some | (dice.uniform(count, SLOTS) < 0.5))
    given = chord_vectors(chords, basses) * is_given.unsqueeze(2)
    nameless = dice.uniform(count, 1, 1) < 0.2
    given[:, :, CHORDS:] = torch.where(nameless, 0.0, given[:, :, CHORDS:])
    return given, is_given.float()
