"""The drummer network: strokes that are not known from those that are, and loudness and timing of all of them.

It is of the family of Coconet and AR-CNN: any part of a window may be given, the rest is asked for, and a part is made
by asking again and again, each time with more of it given. Loudness and timing are GrooVAE's task.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..base.contract import GENRE_IDS, STEPS, VOICES

#: Steps that one place of the transformer holds.
TOGETHER = 2
PLACES = STEPS // TOGETHER
#: What is known of a step: tapped, how loud, how late; strokes; which of them are known.
STEP = 3 + 2 * VOICES
#: What is known of the whole: the genre (the last: unknown), mean and spread of loudness and of timing and whether they
#: are known, and the kind of tapped rhythm: none, all strokes, kick and snare.
GENRES, FEEL, KINDS = len(GENRE_IDS) + 1, 5, 3
NO_TAP, RHYTHM, BASS = 0, 1, 2
#: The smallest spreads.
LEAST = 0.01


class Played(NamedTuple):
    """What the network makes of a window; all are [B, 64, 12]."""

    hits: Tensor  # logits
    velocity: Tensor  # 0 to 1
    velocity_spread: Tensor  # the mean absolute deviation
    timing: Tensor  # in steps
    timing_spread: Tensor


def _distances() -> Tensor:
    """[places, places]: the row of the table of distances."""
    places = torch.arange(PLACES)
    return places[:, None] - places[None] + PLACES - 1


class _Layer(nn.Module):
    """Attention with a bias for each distance in places, and a feed-forward network."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.bias = nn.Parameter(torch.zeros(heads, 2 * PLACES - 1))
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (
            self.project(self.before(x)).unflatten(-1, (3, self.heads, self.size)).permute(2, 0, 3, 1, 4).unbind(0)
        )
        scores = torch.matmul(q, k.transpose(2, 3)) / self.size**0.5 + self.bias[:, _distances()]
        x = x + self.dropout(self.out(torch.matmul(torch.softmax(scores, -1), v).transpose(1, 2).flatten(2)))
        found: Tensor = x + self.dropout(self.narrow(functional.gelu(self.wide(self.between(x)), approximate="tanh")))
        return found


class Drummer(nn.Module):
    """A small transformer over pairs of steps."""

    def __init__(self, width: int = 128, layers: int = 4, heads: int = 4, dropout: float = 0.1) -> None:
        super().__init__()
        self.step = nn.Linear(TOGETHER * STEP, width)
        self.whole = nn.Linear(GENRES + FEEL + KINDS, width)
        self.place = nn.Parameter(torch.randn(PLACES, width) * 0.1)
        self.layers = nn.ModuleList(_Layer(width, heads, dropout) for _ in range(layers))
        self.last = nn.LayerNorm(width)
        self.out = nn.Linear(width, TOGETHER * VOICES * 5)

    def forward(self, tap: Tensor, hits: Tensor, known: Tensor, genre: Tensor, feel: Tensor, kind: Tensor) -> Played:
        """[B, 64, 3], [B, 64, 12], [B, 64, 12], [B, 10], [B, 5], [B, 3]; hits count only where they are known."""
        steps = torch.cat([tap, hits * known, known], 2).reshape(-1, PLACES, TOGETHER * STEP)
        x = self.step(steps) + self.whole(torch.cat([genre, feel, kind], 1)).unsqueeze(1) + self.place
        for layer in self.layers:
            x = layer(x)
        five = self.out(self.last(x)).reshape(-1, STEPS, VOICES, 5)
        logits, loud, loud_spread, late, late_spread = five.unbind(3)
        return Played(
            logits,
            torch.sigmoid(loud),
            LEAST + functional.softplus(loud_spread - 2),
            0.5 * torch.tanh(late),
            LEAST + functional.softplus(late_spread - 2),
        )
