"""What networks over cells share: how a cell is read and written, and a layer of attention among pairs of cells."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .events import CHORD, LOWEST, PITCHES
from .steps import CHORD_CELLS, READ, SLOT, WHOLE, WRITTEN

#: Cells that one place of a transformer holds.
TOGETHER = 2


def _pitch_features() -> Tensor:
    """[67, 13]: the pitch class and the height of each symbol; the symbols that are no pitch have none."""
    rows = torch.zeros(READ, 13)
    for symbol in range(PITCHES):
        rows[symbol, (symbol + LOWEST) % 12] = 1
        rows[symbol, 12] = (symbol - PITCHES / 2) / PITCHES * 4
    return rows


class CellTable(nn.Module):
    """A vector for each symbol; pitches of one class, and pitches of like height, share a part of theirs."""

    def __init__(self, width: int, symbols: int = READ, scale: float = 0.3) -> None:
        super().__init__()
        self.own = nn.Parameter(torch.randn(symbols, width) * scale)
        self.shared = nn.Parameter(torch.randn(13, width) * scale)
        self.register_buffer("features", _pitch_features()[:symbols], persistent=False)

    def weight(self) -> Tensor:
        """[symbols, width]."""
        features: Tensor = self.features  # type: ignore[assignment]
        return self.own + features @ self.shared


class CellReader(nn.Module):
    """Pairs of cells, their chord if it is read, and what is known of the whole, as vectors."""

    def __init__(self, width: int, cells: int, whole: int = WHOLE, with_chords: bool = True) -> None:
        super().__init__()
        self.tables = nn.ModuleList(CellTable(width) for _ in range(TOGETHER))
        self.whole = nn.Linear(whole, width)
        self.chord = nn.Linear(CHORD, width) if with_chords else None
        self.in_bar = nn.Parameter(torch.randn(SLOT // TOGETHER, width) * 0.2)
        self.bar = nn.Parameter(torch.randn(cells // SLOT, width) * 0.2)

    def forward(self, cells: Tensor, chords: Tensor | None, whole: Tensor) -> Tensor:
        """[B, cells] (whole numbers), [B, cells / 8, 25], [B, …] → [B, cells / 2, width]."""
        pairs = cells.unflatten(1, (-1, TOGETHER))
        x = self.whole(whole).unsqueeze(1)
        for place, table in enumerate(self.tables):
            assert isinstance(table, CellTable)
            x = x + functional.embedding(pairs[..., place], table.weight())
        if self.chord is not None and chords is not None:
            # As `repeat_interleave`, in operations that every runtime knows.
            wide = self.chord(chords).unsqueeze(2).expand(-1, -1, CHORD_CELLS // TOGETHER, -1)
            x = x + wide.flatten(1, 2)
        found: Tensor = x + (self.bar.unsqueeze(1) + self.in_bar).flatten(0, 1)
        return found


class CopyGates(nn.Module):
    """How much the symbols of other cells count where one is written."""

    def __init__(self, width: int, copied: int) -> None:
        super().__init__()
        self.gates = nn.Linear(width, copied)
        # What is only read is never written.
        self.register_buffer("ones", torch.eye(READ, WRITTEN), persistent=False)

    def forward(self, x: Tensor, near: Tensor) -> Tensor:
        """[..., width] and [..., copied] (whole numbers) → [..., 63], to be added to what is likely otherwise."""
        gates = self.gates(x)
        ones: Tensor = self.ones  # type: ignore[assignment]
        found = torch.zeros(())
        for column in range(near.shape[-1]):
            found = found + gates[..., column : column + 1] * functional.embedding(near[..., column], ones)
        return found


class Layer(nn.Module):
    """Attention with a bias for each distance in places, and a feed-forward network."""

    def __init__(self, width: int, heads: int, places: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.bias = nn.Parameter(torch.zeros(heads, 2 * places - 1))
        row = torch.arange(places)
        self.register_buffer("distance", row[:, None] - row[None] + places - 1, persistent=False)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        three = self.project(self.before(x)).unflatten(-1, (3, self.heads, self.size))
        q, k, v = three.permute(2, 0, 3, 1, 4).unbind(0)
        distance: Tensor = self.distance  # type: ignore[assignment]
        scores = torch.matmul(q, k.transpose(2, 3)) / self.size**0.5 + self.bias[:, distance]
        x = x + self.dropout(self.out(torch.matmul(torch.softmax(scores, -1), v).transpose(1, 2).flatten(2)))
        found: Tensor = x + self.dropout(self.narrow(functional.gelu(self.wide(self.between(x)), approximate="tanh")))
        return found
