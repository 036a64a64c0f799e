"""A variational autoencoder of phrases of four bars: MusicVAE's task (Roberts et al. 2018), in small.

An encoder reads a phrase as a point near a normal distribution; a recurrent decoder writes it from there, cell by cell.
The decoder also reads what it wrote a bar and two bars before, so that the point need not say each repeated note.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..melodies.cell_layers import TOGETHER, CellReader, CellTable, CopyGates, Layer
from ..melodies.steps import SLOT, UNKNOWN, WHOLE, WRITTEN

#: Bars and cells of a phrase, and numbers of a point.
PHRASE_BARS = 4
PHRASE = PHRASE_BARS * SLOT
POINT = 64
#: How many cells back the decoder reads: the last, a bar, two bars.
BACK = (1, SLOT, 2 * SLOT)


def written_before(cells: Tensor) -> Tensor:
    """[B, 64] → [B, 64, 3]: what the decoder reads before each cell."""
    return torch.stack([functional.pad(cells, (by, 0), value=UNKNOWN)[:, : cells.shape[1]] for by in BACK], 2)


class Encoder(nn.Module):
    """From a phrase to a point: its mean and the logarithm of its variance."""

    def __init__(self, width: int = 128, layers: int = 3, heads: int = 4, dropout: float = 0.05) -> None:
        super().__init__()
        self.reader = CellReader(width, PHRASE, with_chords=False)
        self.layers = nn.ModuleList(Layer(width, heads, PHRASE // TOGETHER, dropout) for _ in range(layers))
        self.last = nn.LayerNorm(width)
        # Bars are read apart, since where things happen matters.
        self.out = nn.Linear(PHRASE_BARS * 2 * width, 2 * POINT)

    def forward(self, cells: Tensor, whole: Tensor) -> tuple[Tensor, Tensor]:
        """[B, 64] (whole numbers) and [B, 14] → twice [B, 64]."""
        x = self.reader(cells, None, whole)
        for layer in self.layers:
            x = layer(x)
        halves = self.last(x).unflatten(1, (2 * PHRASE_BARS, -1)).mean(2)
        mean, spread = self.out(halves.flatten(1)).chunk(2, 1)
        return mean, spread.clamp(-8, 4)


class Decoder(nn.Module):
    """From a point to the chances of each cell, one after the other."""

    def __init__(self, width: int = 192, hidden: int = 320) -> None:
        super().__init__()
        self.tables = nn.ModuleList(CellTable(width) for _ in BACK)
        self.place = nn.Parameter(torch.randn(PHRASE, width) * 0.2)
        self.given = nn.Linear(POINT + WHOLE, width)
        self.start = nn.Linear(POINT + WHOLE, hidden)
        self.cell = nn.GRU(width, hidden, batch_first=True)
        self.narrow = nn.Linear(hidden + width, width)
        self.written = CellTable(width, WRITTEN, 0.05)
        self.offset = nn.Parameter(torch.zeros(WRITTEN))
        self.gates = CopyGates(width, len(BACK))

    def _reads(self, before: Tensor, point: Tensor, whole: Tensor, place: Tensor) -> Tensor:
        x = self.given(torch.cat([point, whole], 1)).unsqueeze(1) + place
        for column, table in enumerate(self.tables):
            assert isinstance(table, CellTable)
            x = x + functional.embedding(before[..., column], table.weight())
        return torch.tanh(x)

    def _says(self, state: Tensor, read: Tensor, before: Tensor) -> Tensor:
        x = functional.gelu(self.narrow(torch.cat([state, read], -1)), approximate="tanh")
        logits = functional.linear(x, self.written.weight(), self.offset)
        return functional.log_softmax(logits + self.gates(x, before), -1)

    def first_state(self, point: Tensor, whole: Tensor) -> Tensor:
        """[B, hidden] before the first cell."""
        found: Tensor = torch.tanh(self.start(torch.cat([point, whole], 1)))
        return found

    def forward(self, before: Tensor, point: Tensor, whole: Tensor) -> Tensor:
        """[B, 64, 3] (whole numbers), [B, 64], [B, 14] → log-probabilities [B, 64, 63]."""
        read = self._reads(before, point, whole, self.place)
        states, _ = self.cell(read, self.first_state(point, whole).unsqueeze(0))
        return self._says(states, read, before)

    def step(
        self, before: Tensor, point: Tensor, whole: Tensor, number: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """One cell: [B, 3] (whole numbers), [B, 64], [B, 14], the cell's number [B, 1], [B, hidden] → the
        log-probabilities [B, 63] and the next state. At cell 0 the given state does not count."""
        first = (number < 0.5).float()
        state = first * self.first_state(point, whole) + (1 - first) * state
        place = functional.embedding(number.long(), self.place)
        read = self._reads(before.unsqueeze(1), point, whole, place)[:, 0]
        cell = self.cell
        names = ("weight_ih_l0", "bias_ih_l0", "weight_hh_l0", "bias_hh_l0")
        of_read, read_bias, of_state, state_bias = (cell.get_parameter(name) for name in names)
        given = functional.linear(read, of_read, read_bias)
        kept = functional.linear(state, of_state, state_bias)
        given_reset, given_keep, given_new = given.chunk(3, 1)
        kept_reset, kept_keep, kept_new = kept.chunk(3, 1)
        reset, keep = torch.sigmoid(given_reset + kept_reset), torch.sigmoid(given_keep + kept_keep)
        new = torch.tanh(given_new + reset * kept_new)
        state = (1 - keep) * new + keep * state
        return self._says(state, read, before), state


class PhraseSpace(nn.Module):
    """Encoder and decoder."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
