"""Weights of the notes in the loss, moved until a threshold of a half gives the real number of notes."""

from __future__ import annotations

import torch
from torch import Tensor

from ..base.contract import GENRES

#: The eight pitched planes, then the drums.
PLANES = 9


class Balance:
    """One weight for each genre and plane; it grows where too few cells pass the threshold from the prior."""

    def __init__(self, pace: float, most: float, device: torch.device | None = None) -> None:
        self.pace, self.most = pace, most
        self.weights = torch.tensor([2.0, 1.5] * 4 + [1.0], device=device).repeat(len(GENRES), 1)
        self.counts = torch.ones(2, len(GENRES), PLANES, device=device)

    def of(self, genre: Tensor) -> tuple[Tensor, Tensor]:
        """The weights [B, 8, 1, 1] and [B, 1, 1] for a batch."""
        rows = self.weights[genre]
        return rows[:, :8, None, None], rows[:, 8:, None]

    def see(self, genre: Tensor, made: Tensor, real: Tensor, counted: Tensor) -> None:
        """Moves the weights, given the numbers of generated and real cells [B, 9] where `counted`."""
        for g in genre.unique():
            rows = genre == g
            seen = (counted[rows] > 0).any(0)
            for i, cells in enumerate((made, real)):
                now = (cells[rows] * counted[rows]).sum(0) / counted[rows].sum(0).clamp(min=1)
                self.counts[i, g] = torch.where(seen, 0.9 * self.counts[i, g] + 0.1 * now, self.counts[i, g])
            error = torch.log((self.counts[1, g] + 1) / (self.counts[0, g] + 1)).clamp(-1, 1)
            moved = (self.weights[g] * torch.exp(self.pace * error)).clamp(0.7, self.most)
            self.weights[g] = torch.where(seen, moved, self.weights[g])


def cells(pitched: Tensor, drums: Tensor) -> Tensor:
    """[B, 9]: the number of cells that are on."""
    return torch.cat([pitched.sum((2, 3)), drums.sum((1, 2)).unsqueeze(1)], 1)
