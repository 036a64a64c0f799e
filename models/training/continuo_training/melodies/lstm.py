"""The base line: an LSTM over the same events, as Melody RNN is; it has no attention and does not look back."""

from __future__ import annotations

from torch import Tensor, nn

from .transformer import Head, Reader


class MelodyLstm(nn.Module):
    """Foresees the next event of a melody."""

    def __init__(self, width: int = 160, hidden: int = 256, layers: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        self.reader = Reader(width, looks_back=False)
        self.lstm = nn.LSTM(width, hidden, layers, batch_first=True, dropout=dropout)
        self.head = Head(hidden)

    def states(self, read: Tensor, place: Tensor, back: Tensor, chords: Tensor, start: Tensor, was: Tensor) -> Tensor:
        """[B, T, hidden]."""
        x: Tensor = self.lstm(self.reader(read, place, back, chords))[0]
        return x

    def step(
        self, read: Tensor, place: Tensor, back: Tensor, chords: Tensor, state: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """One event [1, …]: the log-probabilities [1, 62, 32], and the state after it."""
        x, after = self.lstm(self.reader(read, place, back, chords).unsqueeze(1), state)
        return self.head.all(x.squeeze(1)), after
