"""A small melody network: an LSTM with attention over its own outputs, as Melody RNN's attention network has them.

It keeps to the contract of the transformer: an LSTM's outputs and cells after each event lie in the memory beside the
keys and values of the attention, so a memory can be cut back to any event, and goes on from there.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .events import MEMORY
from .transformer import NEVER, Attention, Head, Reader, distance_index


class MelodyLstm(nn.Module):
    """Foresees the next event of a melody."""

    def __init__(
        self, width: int = 128, hidden: int = 192, layers: int = 2, heads: int = 4, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.hidden, self.heads = hidden, heads
        self.reader = Reader(width, looks_back=True)
        self.lstm = nn.LSTM(width, hidden, layers, batch_first=True, dropout=dropout)
        self.attention = Attention(hidden, heads, dropout, widening=1)
        self.last = nn.LayerNorm(hidden)
        self.head = Head(hidden)
        self.dropout = nn.Dropout(dropout)

    def states(self, read: Tensor, place: Tensor, back: Tensor, chords: Tensor, start: Tensor, was: Tensor) -> Tensor:
        """[B, T, hidden]; `start` [B, T] are the steps of the events to foresee, `was` those of the events read."""
        x: Tensor = self.lstm(self.dropout(self.reader(read, place, back, chords)))[0]
        index = distance_index(start.unsqueeze(2) - was.unsqueeze(1))
        size = read.shape[1]
        mask = torch.full((size, size), NEVER, dtype=x.dtype).triu(1).unsqueeze(0)
        found: Tensor = self.last(self.attention.attend(x, *self.attention.parts(x), index, mask))
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
        """As [`MelodyTransformer.step`]. The first layer of `keys` and `values` is the attention's; the others are the
        outputs and the cells of the LSTM's layers."""
        batch = read.shape[0]
        # The event that was remembered last began last; of two that began together it has the higher number.
        order = distance[:, :-1] - torch.arange(MEMORY) / 1024 + (1 - remembered[:, :-1]) * 1e6
        newest = (order <= order.min(1, keepdim=True).values).float() * remembered[:, :-1]
        before = newest.view(batch, 1, 1, 1, MEMORY)
        outputs, cells = (torch.matmul(before, memory).flatten(2) for memory in (keys, values))
        x = self.reader(read, place, back, chords)
        new_keys, new_values = [], []
        for number in range(self.lstm.num_layers):
            x, cell = self._cell(number, x, outputs[:, number + 1], cells[:, number + 1])
            new_keys.append(x)
            new_values.append(cell)
        x = x.unsqueeze(1)
        q, k, v = self.attention.parts(x)
        new_keys.insert(0, k.flatten(1))
        new_values.insert(0, v.flatten(1))
        index = distance_index(distance).unsqueeze(1)
        mask = ((1.0 - remembered) * NEVER).unsqueeze(1)
        k, v = torch.cat([keys[:, 0], k], 2), torch.cat([values[:, 0], v], 2)
        x = self.attention.attend(x, q, k, v, index, mask)
        shape = (batch, -1, self.heads, self.hidden // self.heads)
        key, value = (torch.stack(rows, 1).view(shape) for rows in (new_keys, new_values))
        return self.head.all(self.last(x)[:, 0]), key, value

    def _cell(self, layer: int, x: Tensor, output: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
        """One step of a layer of the LSTM, as products that every runtime knows."""
        w = {name: getattr(self.lstm, f"{name}_l{layer}") for name in ("weight_ih", "bias_ih", "weight_hh", "bias_hh")}
        gates = functional.linear(x, w["weight_ih"], w["bias_ih"]) + functional.linear(
            output, w["weight_hh"], w["bias_hh"]
        )
        into, forget, new, out = gates.chunk(4, -1)
        cell = torch.sigmoid(forget) * cell + torch.sigmoid(into) * torch.tanh(new)
        return torch.sigmoid(out) * torch.tanh(cell), cell

    def memory(self) -> tuple[int, int, int, int]:
        """The shape of keys and of values."""
        return 1 + self.lstm.num_layers, self.heads, MEMORY, self.hidden // self.heads
