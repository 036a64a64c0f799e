"""Keeps written notes to the chords that are given: moves the log odds of notes by how they stand to the chord."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..base.contract import BEATS, PITCHES
from ..musical.chord_vocabulary import CHORDS, TONES, TRIAD_TONES
from .compass import within

#: The kinds of notes that are told apart.
KINDS = 5


class ChordTones(nn.Module):
    """Five learnt numbers for each plane: for each kind of note, how much likelier it gets under a given chord.

    The kinds are the chord's tones, notes a semitone off one, the bass note, the tones that the nearest triad lacks
    (such as sevenths), and the triad's tones that the chord lacks (such as the third of a suspension). The numbers are
    zero until they have learnt, and without effect where no chord is given.
    """

    tones: Tensor
    triads: Tensor
    pitches: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(KINDS, 8))
        self.register_buffer("tones", torch.from_numpy(TONES), persistent=False)
        self.register_buffer("triads", torch.from_numpy(TRIAD_TONES), persistent=False)
        pitches = torch.zeros(12, PITCHES)
        pitches[torch.arange(PITCHES) % 12, torch.arange(PITCHES)] = 1  # the lowest pitch is a C
        self.register_buffer("pitches", pitches, persistent=False)

    def kinds(self, chords: Tensor) -> Tensor:
        """[..., KINDS, 12] from chord vectors: 1 for the pitch classes of each kind."""
        tone = torch.matmul(chords[..., :CHORDS], self.tones)
        beside = torch.cat([tone[..., 1:], tone[..., :1]], -1) + torch.cat([tone[..., -1:], tone[..., :-1]], -1)
        off = (beside > 0.5).to(tone.dtype) * (1.0 - tone)
        triad = torch.matmul(chords[..., :CHORDS], self.triads)
        added, foreign = tone * (1.0 - triad), triad * (1.0 - tone)
        return torch.stack([tone, off, chords[..., CHORDS:], added, foreign], -2)

    def forward(self, chords: Tensor, slots: Tensor) -> Tensor:
        """[B, 16, 8, 58]: for each beat and plane, from the given chords [B, 8, CHORD_SIZE] (0 where none is given) and
        the slots' beats [B, 16, 8]."""
        kinds = torch.matmul(slots, self.kinds(chords).flatten(2)).reshape(-1, BEATS, KINDS, 12)
        by_plane = torch.matmul(kinds.transpose(2, 3), self.weights)  # [B, 16, 12, 8]
        return within(torch.matmul(by_plane.transpose(2, 3), self.pitches), 2)
