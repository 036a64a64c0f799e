"""The chord plan: which triad each half bar stands on, read off the real parts, or chosen by the network."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .contract import LOWEST, NOISE_SLOT, SLOTS
from .layers import Norm, silu
from .pads import TEMPLATES

#: 36 triads (root × major, minor, diminished), then "no harmony".
CHORDS = len(TEMPLATES) + 1
NONE = CHORDS - 1
#: How much a step of each part tells of the harmony: melody, bass, chords, strings, counter.
_EVIDENCE = (0.3, 1.5, 1.0, 1.0, 0.6)


def labels(melody: NDArray[np.float32], pitched: NDArray[np.float32], three: NDArray[np.bool_]) -> NDArray[np.int64]:
    """[B, 8] chord of each slot from planes [B, 2, 64, 84] and [B, 8, 64, 84]; −1 where the slot is not used."""
    size = len(melody)
    parts = np.stack([melody[:, 1], *(pitched[:, 2 * i + 1] for i in range(4))], 1)
    classes = np.zeros((*parts.shape[:3], 12), np.float32)
    for pitch in range(parts.shape[-1]):
        classes[..., (pitch + LOWEST) % 12] += parts[..., pitch]
    weight = np.tensordot(classes, np.array(_EVIDENCE, np.float32), (1, 0))
    backing = classes[:, 1:].sum((1, 3))
    out = np.full((size, SLOTS), -1, np.int64)
    for slot in range(SLOTS):
        for rows, unit in ((~three, 8), (three, 12)):
            if unit == 12 and slot >= 4:
                continue
            span = slice(slot * unit, slot * unit + unit)
            chord = (weight[:, span].sum(1) @ TEMPLATES.T).argmax(1)
            chord = np.where(backing[:, span].sum(1) < 2, NONE, chord)
            out[rows, slot] = chord[rows]
    return out


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
        """Logits [B, 8, CHORDS] when every chord before is the real one."""
        token = self.slot(self.norm(tokens))
        state = token[:, 0] * 0.0
        before, out = torch.zeros_like(chords[:, 0]), []
        for slot in range(SLOTS):
            logits, state = self._step(token[:, slot], before, state)
            out.append(logits)
            before = chords[:, slot]
        return torch.stack(out, 1)

    def forward(self, tokens: Tensor, noise: Tensor) -> Tensor:
        """A plan [B, 8, CHORDS], as good as one-hot, from slot tokens and noise [B, 8·NOISE_SLOT]."""
        token = self.slot(self.norm(tokens))
        state = token[:, 0] * 0.0
        moved = torch.matmul(noise.reshape(-1, SLOTS, NOISE_SLOT), self.spread)
        before, out = moved[:, 0] * 0.0, []
        for slot in range(SLOTS):
            logits, state = self._step(token[:, slot], before, state)
            before = torch.softmax(40.0 * (logits.float() + moved[:, slot]), -1)
            out.append(before)
        return torch.stack(out, 1)
