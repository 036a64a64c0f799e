"""The melody network: an autoregressive transformer over events, with attention relative in musical time.

Music Transformer (Huang et al. 2018) relates notes by their distance in the sequence; here the distance is in steps of
a sixteenth, so that "four bars ago" is one distance whatever happened in between. The network also reads what began
one, two, four and eight bars before, as Lookback RNN did.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from .events import CHORD, LONGEST, LOOKBACK, MEMORY, NONE, PLACES, SYMBOLS

#: Distances up to this have weights of their own; beyond, sixteen steps share them.
NEAR, COARSE = 256, 32
DISTANCES = NEAR + COARSE + 1
#: What stands for minus infinity in masked places.
NEVER = -1e4
SYMBOL_SIZE, LENGTH_SIZE = 24, 16


def distance_index(distance: Tensor) -> Tensor:
    """The row of the table of distances; negative distances, which are always masked, count as 0."""
    far = torch.div((distance - NEAR).clamp(min=0), 16, rounding_mode="floor").clamp(max=COARSE)
    return torch.where(distance > NEAR, NEAR + far, distance.clamp(0, NEAR))


class Reader(nn.Module):
    """What is known before an event, as one vector."""

    def __init__(self, width: int, looks_back: bool) -> None:
        super().__init__()
        self.symbol = nn.Embedding(NONE + 1, width)
        self.length = nn.Embedding(LONGEST + 1, width)
        self.place = nn.ModuleList(nn.Embedding(size, width) for size in PLACES)
        self.chords = nn.Linear(2 * CHORD, width)
        self.looks_back = looks_back
        if looks_back:
            self.back_symbol = nn.Embedding(NONE + 1, SYMBOL_SIZE)
            self.back_length = nn.Embedding(LONGEST + 1, LENGTH_SIZE)
            self.back = nn.Linear(len(LOOKBACK) * (SYMBOL_SIZE + LENGTH_SIZE), width)
        for table in (self.symbol, self.length, *self.place):
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, read: Tensor, place: Tensor, back: Tensor, chords: Tensor) -> Tensor:
        """[..., 2], [..., 6], [..., 4, 2] and [..., 50] → [..., width]."""
        x: Tensor = self.symbol(read[..., 0]) + self.length(read[..., 1]) + self.chords(chords)
        for column, table in enumerate(self.place):
            x = x + table(place[..., column])
        if self.looks_back:
            both = torch.cat([self.back_symbol(back[..., 0]), self.back_length(back[..., 1])], -1)
            x = x + self.back(both.flatten(-2))
        return x


class Head(nn.Module):
    """From a state to the chances of each symbol, and of each length of each symbol."""

    def __init__(self, width: int, hidden: int = 96) -> None:
        super().__init__()
        self.symbol = nn.Linear(width, SYMBOLS)
        self.state = nn.Linear(width, hidden)
        self.given = nn.Embedding(SYMBOLS, hidden)
        self.length = nn.Linear(hidden, LONGEST)

    def of_symbol(self, x: Tensor, symbol: Tensor) -> Tensor:
        """[..., 32]: logits of the length of this symbol."""
        found: Tensor = self.length(torch.relu(self.state(x) + self.given(symbol)))
        return found

    def all(self, x: Tensor) -> Tensor:
        """[..., 62, 32]: log-probabilities of each symbol with each length."""
        symbol = functional.log_softmax(self.symbol(x), -1).unsqueeze(-1)
        length = self.length(torch.relu(self.state(x).unsqueeze(-2) + self.given.weight))
        return symbol + functional.log_softmax(length, -1)


class Attention(nn.Module):
    """One layer: relative attention and a feed-forward network, `widening` times as wide inside."""

    def __init__(self, width: int, heads: int, dropout: float, widening: int = 4) -> None:
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project = nn.Linear(width, 3 * width)
        self.distance = nn.Parameter(torch.randn(heads, self.size, DISTANCES) * 0.02)
        self.bias = nn.Parameter(torch.zeros(heads, DISTANCES))
        self.out = nn.Linear(width, width)
        inside = widening * width
        self.wide, self.narrow = nn.Linear(width, inside), nn.Linear(inside, width)
        self.dropout = nn.Dropout(dropout)

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values [B, heads, T, size]."""
        three = self.project(self.before(x)).unflatten(-1, (3, self.heads, self.size))
        q, k, v = three.permute(2, 0, 3, 1, 4).unbind(0)
        return q / math.sqrt(self.size), k, v

    def attend(self, x: Tensor, q: Tensor, k: Tensor, v: Tensor, index: Tensor, mask: Tensor) -> Tensor:
        """`index` [B, T, S] are distances, `mask` [B, T, S] is added."""
        relative = torch.matmul(q, self.distance) + self.bias.unsqueeze(1)
        wide = index.unsqueeze(1).expand(-1, self.heads, -1, -1)
        scores = torch.matmul(q, k.transpose(2, 3)) + relative.gather(3, wide) + mask.unsqueeze(1)
        heard = torch.matmul(torch.softmax(scores, -1), v).transpose(1, 2).flatten(2)
        x = x + self.dropout(self.out(heard))
        wide_x = functional.gelu(self.wide(self.between(x)), approximate="tanh")
        out: Tensor = x + self.dropout(self.narrow(wide_x))
        return out


class MelodyTransformer(nn.Module):
    """Foresees the next event of a melody."""

    def __init__(self, width: int = 160, layers: int = 4, heads: int = 5, dropout: float = 0.1) -> None:
        super().__init__()
        self.width, self.heads = width, heads
        self.reader = Reader(width, looks_back=True)
        self.layers = nn.ModuleList(Attention(width, heads, dropout) for _ in range(layers))
        self.last = nn.LayerNorm(width)
        self.head = Head(width)
        self.dropout = nn.Dropout(dropout)

    def states(self, read: Tensor, place: Tensor, back: Tensor, chords: Tensor, start: Tensor, was: Tensor) -> Tensor:
        """[B, T, width]; `start` [B, T] are the steps of the events to foresee, `was` those of the events read."""
        x = self.dropout(self.reader(read, place, back, chords))
        index = distance_index(start.unsqueeze(2) - was.unsqueeze(1))
        size = read.shape[1]
        mask = torch.full((size, size), NEVER, dtype=x.dtype).triu(1).unsqueeze(0)
        for layer in self._attentions():
            x = layer.attend(x, *layer.parts(x), index, mask)
        found: Tensor = self.last(x)
        return found

    def step(
        self,
        read: Tensor,
        place: Tensor,
        back: Tensor,
        chords: Tensor,
        distance: Tensor,
        remembered: Tensor,
        keys: Tensor,
        values: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One event: `distance` and `remembered` [B, MEMORY + 1] speak of the memory and, last, of the event read;
        `keys` and `values` are [B, layers, heads, MEMORY, size]. Returns the log-probabilities [B, 62, 32] and the key
        and value to remember."""
        x = self.reader(read, place, back, chords).unsqueeze(1)
        index = distance_index(distance).unsqueeze(1)
        mask = ((1.0 - remembered) * NEVER).unsqueeze(1)
        new_keys, new_values = [], []
        for number, layer in enumerate(self._attentions()):
            q, k, v = layer.parts(x)
            new_keys.append(k[:, :, 0])
            new_values.append(v[:, :, 0])
            k, v = torch.cat([keys[:, number], k], 2), torch.cat([values[:, number], v], 2)
            x = layer.attend(x, q, k, v, index, mask)
        return self.head.all(self.last(x)[:, 0]), torch.stack(new_keys, 1), torch.stack(new_values, 1)

    def _attentions(self) -> list[Attention]:
        return [layer for layer in self.layers if isinstance(layer, Attention)]

    def memory(self) -> tuple[int, int, int, int]:
        """The shape of keys and of values."""
        return len(self.layers), self.heads, MEMORY, self.width // self.heads
