"""Windows kept as bits, so that many fit into memory, with what a teacher makes of each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..adversarial.game import Dice


class Kept(NamedTuple):
    """Rows drawn from a store: planes by name, and numbers by name."""

    planes: dict[str, Tensor]
    numbers: dict[str, Tensor]


class Store:
    """Rows of planes and numbers; when it is full, new rows replace the oldest."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.added = capacity, 0
        self.bits: dict[str, NDArray[np.uint8]] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.numbers: dict[str, NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return min(self.added, self.capacity)

    def add(self, planes: dict[str, Tensor], numbers: dict[str, Tensor]) -> None:
        """Keeps rows; all of the same names and shapes."""
        count = len(next(iter(numbers.values())))
        rows = (self.added + np.arange(count)) % self.capacity
        for name, x in planes.items():
            packed = np.packbits(x.numpy().reshape(count, -1) > 0.5, axis=1)
            self.shapes[name] = tuple(x.shape[1:])
            self.bits.setdefault(name, np.zeros((self.capacity, packed.shape[1]), np.uint8))[rows] = packed
        for name, x in numbers.items():
            empty = np.zeros((self.capacity, *x.shape[1:]), np.float32)
            self.numbers.setdefault(name, empty)[rows] = x.float().numpy()
        self.added += count

    def drawn(self, count: int, dice: Dice) -> Kept:
        """Rows drawn at random."""
        return self.rows((dice.uniform(count) * len(self)).long().numpy())

    def rows(self, rows: NDArray[np.int64]) -> Kept:
        """These rows."""
        planes = {}
        for name, packed in self.bits.items():
            size = int(np.prod(self.shapes[name]))
            whole = np.unpackbits(packed[rows], axis=1, count=size).reshape(len(rows), *self.shapes[name])
            planes[name] = torch.from_numpy(whole.astype(np.float32))
        return Kept(planes, {name: torch.from_numpy(x[rows]) for name, x in self.numbers.items()})
