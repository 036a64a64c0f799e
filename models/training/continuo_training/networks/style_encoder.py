"""The style encoder: reads a point of style space from one window's melody and parts."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..base.contract import BEATS, PITCHES, STYLE
from .generator import BEAT_DRUMS, BEAT_PITCHED
from .layers import Block, Norm, Positions, by_beat, silu


class StyleEncoder(nn.Module):
    """A small transformer over the beats, with one output for the window."""

    def __init__(self, width: int = 128, hidden: int = 320, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.positions = Positions(width)
        self.melody = nn.Linear(2 * 4 * PITCHES, width)
        self.pitched = nn.Linear(BEAT_PITCHED, width)
        self.drums = nn.Linear(BEAT_DRUMS, width)
        self.parts = nn.Linear(5, width)
        self.blocks = nn.ModuleList(Block(width, hidden, heads, BEATS) for _ in range(layers))
        self.norm = Norm(width)
        self.whole = nn.Linear(2 * width, width)
        self.out = nn.Linear(width, STYLE)

    def forward(self, melody: Tensor, pitched: Tensor, drums: Tensor, parts: Tensor, meter: Tensor) -> Tensor:
        """[B, STYLE]; it ignores the planes of parts that `parts` does not list."""
        shown = parts[:, 1:].unsqueeze(2).repeat(1, 1, 2).reshape(-1, 8, 1, 1)
        x = (
            self.melody(by_beat(melody, 2, PITCHES))
            + self.pitched(by_beat(pitched * shown, 8, PITCHES))
            + self.drums((drums * parts[:, :1].unsqueeze(2)).reshape(-1, BEATS, BEAT_DRUMS))
            + self.parts(parts).unsqueeze(1)
            + self.positions.table(meter)
        )
        unused = self.positions.bias(meter)
        keys = unused.unsqueeze(1).unsqueeze(1)
        for block in self.blocks:
            x = block(x, keys)
        x = self.norm(x)
        used = (1.0 + unused * 1e-4).unsqueeze(2)
        mean = (x * used).sum(1) / used.sum(1)
        spread = torch.sqrt((((x - mean.unsqueeze(1)) ** 2) * used).sum(1) / used.sum(1) + 1e-4)
        out: Tensor = self.out(silu(self.whole(torch.cat([mean, spread], 1))))
        return out
