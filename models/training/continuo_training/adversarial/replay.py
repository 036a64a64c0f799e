"""Keeps what a generator with fixed notes plays under training windows, to learn from it more than once.

Playing costs far more than a training step of the layers around the notes, and would give the same notes again.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ..networks.batches import TensorBatch

#: Fields of a batch that hold other values than 0 and 1.
_NUMBERS = {"velocity", "timing", "genre", "chords", "basses"}


class Seen(NamedTuple):
    """Windows, the style of their accompaniment, and what the generator played."""

    batch: TensorBatch
    style: Tensor  # [B, STYLE]
    tokens: Tensor  # [B, 16, width]: the decoder's last tokens, which the heads read
    pitched: Tensor  # [B, 8, 64, 84]
    drums: Tensor  # [B, 64, 12]


class Replay:
    """The newest examples, up to a limit; zeros and ones are stored as bytes."""

    def __init__(self, most: int) -> None:
        self.most, self.count, self._next = most, 0, 0
        self._rows: dict[str, Tensor] = {}

    def add(self, seen: Seen) -> None:
        """Keeps these examples, in place of the oldest when there are too many."""
        planes = {
            n: x if n in _NUMBERS else x.to(torch.uint8) for n, x in zip(TensorBatch._fields, seen.batch, strict=True)
        }
        made = {"style": seen.style, "tokens": seen.tokens.float()}
        made |= {"made": seen.pitched.to(torch.uint8), "struck": seen.drums.to(torch.uint8)}
        size = len(seen.style)
        places = (torch.arange(size) + self._next) % self.most
        for name, values in (planes | made).items():
            if name not in self._rows:
                self._rows[name] = torch.zeros((self.most, *values.shape[1:]), dtype=values.dtype, device=values.device)
            self._rows[name][places] = values.detach()
        self._next = (self._next + size) % self.most
        self.count = min(self.most, self.count + size)

    def draw(self, rows: Tensor) -> Seen:
        """These examples, by their numbers below `count`."""

        def floats(name: str) -> Tensor:
            found = self._rows[name][rows]
            return found.float() if found.dtype == torch.uint8 else found

        batch = TensorBatch(*(floats(n) for n in TensorBatch._fields))
        return Seen(batch, *(floats(n) for n in ("style", "tokens", "made", "struck")))
