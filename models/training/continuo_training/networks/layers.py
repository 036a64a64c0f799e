"""Transformer pieces made of operators that every ONNX runtime has."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class Norm(nn.Module):
    """Layer normalisation; in export it is written out in primitive operators."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.width = width

    def forward(self, x: Tensor) -> Tensor:
        if not torch.onnx.is_in_onnx_export():
            # Before version 2, PyTorch's kernel rejects half precision beside single-precision weights.
            return functional.layer_norm(x.float(), (self.width,), self.weight, self.bias)
        x = x - x.mean(-1, keepdim=True)
        variance = (x * x).mean(-1, keepdim=True)
        return x / torch.sqrt(variance + 1e-5) * self.weight + self.bias


def silu(x: Tensor) -> Tensor:
    """x·sigmoid(x); in export these two operators."""
    return x * torch.sigmoid(x) if torch.onnx.is_in_onnx_export() else functional.silu(x)


class Attention(nn.Module):
    """Multi-head self-attention over a fixed number of tokens, with an additive key bias."""

    def __init__(self, width: int, heads: int, tokens: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        self.heads, self.tokens, self.size = heads, tokens, width // heads

    def forward(self, x: Tensor, bias: Tensor, wanted: range | None = None) -> Tensor:
        """`bias` is [B, 1, 1, tokens]: 0 for a token that may be read, very negative for one that may not.

        All tokens are read; what the `wanted` ones among them find is returned, if not all are wanted.
        """
        shape = (-1, self.tokens, self.heads, self.size)
        asking = x if wanted is None else x[:, wanted.start : wanted.stop]
        asked = self.tokens if wanted is None else len(wanted)
        q = self.query(asking).reshape(-1, asked, self.heads, self.size).transpose(1, 2)
        k = self.key(x).reshape(shape).permute(0, 2, 3, 1)
        v = self.value(x).reshape(shape).transpose(1, 2)
        scores = torch.softmax(torch.matmul(q, k) * (1.0 / math.sqrt(self.size)) + bias, dim=-1)
        mixed = torch.matmul(scores, v).transpose(1, 2).reshape(-1, asked, self.heads * self.size)
        out: Tensor = self.out(mixed)
        return out


class Block(nn.Module):
    """A pre-norm transformer layer."""

    def __init__(self, width: int, hidden: int, heads: int, tokens: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.norm_attention, self.norm_feed = Norm(width), Norm(width)
        self.attention = Attention(width, heads, tokens)
        self.grow, self.shrink = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor, wanted: range | None = None) -> Tensor:
        """All tokens, or the `wanted` ones among them, which spares the last layer the work for the others."""
        found = self.attention(self.norm_attention(x), bias, wanted)
        x = (x if wanted is None else x[:, wanted.start : wanted.stop]) + self.dropout(found)
        out: Tensor = x + self.dropout(self.shrink(silu(self.grow(self.norm_feed(x)))))
        return out


class Feed(nn.Module):
    """The half of a transformer layer that looks at each token alone, without the sum; 0 until it has learnt."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.norm = Norm(width)
        self.grow, self.shrink = nn.Linear(width, hidden), nn.Linear(hidden, width)
        nn.init.zeros_(self.shrink.weight)
        nn.init.zeros_(self.shrink.bias)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.shrink(silu(self.grow(self.norm(x))))
        return out


def unnoticed(block: Block) -> Block:
    """Makes a layer change nothing until it has learnt."""
    for layer in (block.attention.out, block.shrink):
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)
    return block


class Positions(nn.Module):
    """The place of a beat in each of the two meters, and the bar it belongs to."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.bar = nn.Parameter(torch.randn(4, width) * 0.3)
        self.beat_four = nn.Parameter(torch.randn(4, width) * 0.3)
        self.beat_three = nn.Parameter(torch.randn(3, width) * 0.3)
        beats = torch.arange(16)
        bars_four = torch.zeros(16, 4)
        bars_four[beats, beats // 4] = 1
        bars_three = torch.zeros(16, 4)
        bars_three[beats[:12], beats[:12] // 3] = 1
        in_four = torch.zeros(16, 4)
        in_four[beats, beats % 4] = 1
        in_three = torch.zeros(16, 3)
        in_three[beats[:12], beats[:12] % 3] = 1
        #: [meter, beat, bar]
        self.register_buffer("bars_of_beats", torch.stack([bars_four, bars_three]), persistent=False)
        halves_four = torch.zeros(16, 8)
        halves_four[beats, beats // 2] = 1
        halves_three = torch.zeros(16, 8)
        halves_three[beats[:12], beats[:12] // 3] = 1
        self.register_buffer("slots_of_beats", torch.stack([halves_four, halves_three]), persistent=False)
        self.register_buffer("in_four", in_four, persistent=False)
        self.register_buffer("in_three", in_three, persistent=False)
        self.register_buffer("unused_three", 1.0 - bars_three.sum(1), persistent=False)

    bars_of_beats: Tensor
    slots_of_beats: Tensor
    in_four: Tensor
    in_three: Tensor
    unused_three: Tensor

    def table(self, meter: Tensor) -> Tensor:
        """[B, 16, width]: the position embedding of each beat."""
        four = self.bars_of_beats[0] @ self.bar + self.in_four @ self.beat_four
        three = self.bars_of_beats[1] @ self.bar + self.in_three @ self.beat_three
        return meter[:, 0:1].unsqueeze(2) * four + meter[:, 1:2].unsqueeze(2) * three

    def bars(self, meter: Tensor) -> Tensor:
        """[B, 16, 4]: 1 where a beat belongs to a bar."""
        m = meter.unsqueeze(2).unsqueeze(3)
        return m[:, 0] * self.bars_of_beats[0] + m[:, 1] * self.bars_of_beats[1]

    def slots(self, meter: Tensor) -> Tensor:
        """[B, 16, 8]: 1 where a beat belongs to a slot of the chord plan."""
        m = meter.unsqueeze(2).unsqueeze(3)
        return m[:, 0] * self.slots_of_beats[0] + m[:, 1] * self.slots_of_beats[1]

    def bias(self, meter: Tensor) -> Tensor:
        """[B, 16]: −10000 on the beats that a 3/4 window does not use."""
        return meter[:, 1:2] * (self.unused_three * -1e4)


def by_beat(planes: Tensor, count: int, size: int) -> Tensor:
    """[B, count, 64, size] → [B, 16, count·4·size]: everything in one beat side by side."""
    return planes.reshape(-1, count, 16, 4 * size).transpose(1, 2).reshape(-1, 16, count * 4 * size)


def from_beats(x: Tensor, count: int, size: int) -> Tensor:
    """[B, 16, count·4·size] → [B, count, 64, size]: the inverse of `by_beat`."""
    return x.reshape(-1, 16, count, 4 * size).transpose(1, 2).reshape(-1, count, 64, size)
