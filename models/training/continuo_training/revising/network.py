"""The reviser: what each cell of a window of melody is likely to hold, given the others.

Coconet (Huang et al. 2017) and DeepComposer's AR-CNN fill in what is masked, and write by asking again and again. The
reviser also reads melodies of which a share of the notes is wrong, and an input says how large it is: so one run says
which they are. A cell mostly holds what is read in it, or what the same place of a bar nearby holds; gates say how much
of either counts.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..melodies.cell_layers import TOGETHER, CellReader, CellTable, CopyGates, Layer
from ..melodies.steps import CELLS, SLOT, UNKNOWN, WHOLE, WRITTEN

#: The cells whose symbols a cell may copy, by their distance: itself, and the same place one, two and four bars away.
COPIED = (0, SLOT, -SLOT, 2 * SLOT, -2 * SLOT, 4 * SLOT, -4 * SLOT)


def shifted(cells: Tensor, by: int) -> Tensor:
    """[B, 128]: what the cell `by` before (or, negative, after) each one holds; unknown outside the window."""
    if by == 0:
        return cells
    # In arithmetic rather than as padding, which the built-in runtime knows for fewer types.
    outside = cells[:, : abs(by)] * 0 + UNKNOWN
    return torch.cat([outside, cells[:, :-by]] if by > 0 else [cells[:, -by:], outside], 1)


class Reviser(nn.Module):
    """A transformer over pairs of cells."""

    def __init__(self, width: int = 128, layers: int = 4, heads: int = 4, dropout: float = 0.05) -> None:
        super().__init__()
        # The last number of the whole is the share of notes that may be wrong.
        self.reader = CellReader(width, CELLS, WHOLE + 1)
        self.layers = nn.ModuleList(Layer(width, heads, CELLS // TOGETHER, dropout) for _ in range(layers))
        self.last = nn.LayerNorm(width)
        self.apart = nn.ModuleList(nn.Linear(width, width) for _ in range(TOGETHER))
        self.written = CellTable(width, WRITTEN, 0.05)
        self.offset = nn.Parameter(torch.zeros(WRITTEN))
        self.gates = CopyGates(width, len(COPIED))
        # What is read is right, until the network has learnt better.
        nn.init.constant_(self.gates.gates.bias[:1], 5.0)

    def forward(self, cells: Tensor, chords: Tensor, whole: Tensor, doubt: Tensor) -> Tensor:
        """[B, 128] (whole numbers), [B, 16, 25], [B, 14], [B, 1] → log-probabilities [B, 128, 63]."""
        x = self.reader(cells, chords, torch.cat([whole, doubt], 1))
        for layer in self.layers:
            x = layer(x)
        x = self.last(x)
        pairs = torch.stack([functional.gelu(part(x), approximate="tanh") for part in self.apart], 2).flatten(1, 2)
        logits = functional.linear(pairs, self.written.weight(), self.offset)
        near = torch.stack([shifted(cells, by) for by in COPIED], 2)
        return functional.log_softmax(logits + self.gates(pairs, near), -1)
