"""The chord plan: the network chooses the triad of each half bar."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..base.contract import NOISE_SLOT, SLOTS
from ..musical.triads import CHORDS
from .layers import Norm, silu


def one_hot(chords: Tensor) -> Tensor:
    """[B, 8] labels → [B, 8, CHORDS]; unused slots are all 0."""
    return nn.functional.one_hot(chords.clamp(min=0), CHORDS).float() * (chords >= 0).unsqueeze(2)


class Plan(nn.Module):
    """Chooses the chords one after another: each from its slot's tokens and the chord before."""

    spread: Tensor

    def __init__(self, width: int, hidden: int = 192) -> None:
        super().__init__()
        self.norm = Norm(width)
        self.slot = nn.Linear(width, hidden)
        self.before = nn.Linear(CHORDS, hidden)
        self.state = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, CHORDS)
        mix = torch.randn(NOISE_SLOT, CHORDS, generator=torch.Generator().manual_seed(8))
        # 1.2: a normal number of this size moves the choice about as far as sampling from the softmax does.
        self.register_buffer("spread", 1.2 * mix / mix.norm(dim=0, keepdim=True))

    def _step(self, token: Tensor, before: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        state = torch.tanh(token + self.before(before) + self.state(state))
        return self.out(silu(state)), state

    def taught(self, tokens: Tensor, chords: Tensor) -> Tensor:
        """Logits [B, 8, CHORDS], where the chord before each is the real one."""
        token = self.slot(self.norm(tokens))
        state = token[:, 0] * 0.0
        before, out = torch.zeros_like(chords[:, 0]), []
        for slot in range(SLOTS):
            logits, state = self._step(token[:, slot], before, state)
            out.append(logits)
            before = chords[:, slot]
        return torch.stack(out, 1)

    def forward(self, tokens: Tensor, noise: Tensor) -> Tensor:
        """A practically one-hot plan [B, 8, CHORDS] from slot tokens and noise [B, 8·NOISE_SLOT]."""
        token = self.slot(self.norm(tokens))
        state = token[:, 0] * 0.0
        moved = torch.matmul(noise.reshape(-1, SLOTS, NOISE_SLOT), self.spread)
        before, out = moved[:, 0] * 0.0, []
        for slot in range(SLOTS):
            logits, state = self._step(token[:, slot], before, state)
            before = torch.softmax(40.0 * (logits.float() + moved[:, slot]), -1)
            out.append(before)
        return torch.stack(out, 1)
