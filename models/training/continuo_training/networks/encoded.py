"""What the encoder hands to the decoder, and its form as one vector between two files."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..base.contract import BEATS, LATENT, PITCHES, SLOTS, STEPS_PER_BEAT, STYLE

#: Numbers that describe the notes of a plan slot: how long each pitch class sounds in the melody, how often it starts
#: there, how long it sounds in the other parts and in the bass; how much of the melody is known.
NOTES_OF_SLOT = 4 * 12 + 1


class Gaussian(NamedTuple):
    """Means and log standard deviations, [B, LATENT]."""

    mean: Tensor
    log_sigma: Tensor


class Encoded(NamedTuple):
    """The encoder's result."""

    tokens: Tensor  # [B, 16, width] for the decoder
    by_slot: Tensor  # [B, 8, width] for the chord plan
    notes: Tensor  # [B, 16, NOTES_OF_SLOT]: the slots of the window before, then those of this one
    prior: Gaussian
    style: Tensor  # [B, STYLE]
    meter: Tensor  # [B, 2]

    def times(self, takes: int) -> Encoded:
        """The same for a batch decoded several times."""
        return self._each(lambda x: x.repeat(takes, *[1] * (x.ndim - 1)))

    def detached(self) -> Encoded:
        """The same without gradients."""
        return self._each(lambda x: x.detach())

    def _each(self, change: Callable[[Tensor], Tensor]) -> Encoded:
        tokens, by_slot, notes, prior, style, meter = self
        return Encoded(
            change(tokens),
            change(by_slot),
            change(notes),
            Gaussian(*(change(x) for x in prior)),
            change(style),
            change(meter),
        )

    def packed(self) -> Tensor:
        """[B, `packed_size`]: everything in one vector."""
        flat = (x.flatten(1) for x in (self.tokens, self.by_slot, self.notes))
        return torch.cat([*flat, *self.prior, self.style, self.meter], 1)


def packed_size(width: int) -> int:
    """The length of the vector for an encoder of this width."""
    return (BEATS + SLOTS) * width + 2 * SLOTS * NOTES_OF_SLOT + 2 * LATENT + STYLE + 2


def unpacked(packed: Tensor, width: int) -> Encoded:
    """The encoder's result from its vector."""
    sizes = [BEATS * width, SLOTS * width, 2 * SLOTS * NOTES_OF_SLOT, LATENT, LATENT, STYLE, 2]
    tokens, by_slot, notes, mean, log_sigma, style, meter = torch.split(packed, sizes, 1)
    return Encoded(
        tokens.reshape(-1, BEATS, width),
        by_slot.reshape(-1, SLOTS, width),
        notes.reshape(-1, 2 * SLOTS, NOTES_OF_SLOT),
        Gaussian(mean, log_sigma),
        style,
        meter,
    )


class SlotNotes(nn.Module):
    """Counts the pitch classes of each plan slot; it has nothing to learn."""

    classes: Tensor

    def __init__(self) -> None:
        super().__init__()
        classes = torch.zeros(PITCHES, 12)
        classes[torch.arange(PITCHES), torch.arange(PITCHES) % 12] = 1  # the lowest pitch is a C
        self.register_buffer("classes", classes, persistent=False)

    def forward(self, melody: Tensor, parts: Tensor, heard: Tensor, slots: Tensor) -> Tensor:
        """[B, 8, NOTES_OF_SLOT] from planes [B, 2, 64, 84] and [B, 8, 64, 84], steps [B, 64] and [B, 16, 8] slots."""
        length = STEPS_PER_BEAT * slots.sum(1).unsqueeze(2).clamp(min=1.0)
        sounding = torch.matmul(melody[:, 1], self.classes)
        starting = torch.matmul(melody[:, 0], self.classes)
        bass = torch.matmul(parts[:, 1], self.classes)
        others = torch.matmul(parts[:, 3] + parts[:, 5] + parts[:, 7], self.classes) + bass
        all_notes = torch.cat([sounding, starting, others, bass, heard.unsqueeze(2)], 2)
        by_beat = all_notes.reshape(-1, BEATS, STEPS_PER_BEAT, NOTES_OF_SLOT).sum(2)
        return torch.matmul(slots.transpose(1, 2), by_beat) / length
