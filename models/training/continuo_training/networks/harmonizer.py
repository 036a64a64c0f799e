"""The harmonizer: which chords suit a melody, in each slot of a window.

It is small, reads the melody of the window and of the one before, style, meter and given chords, and learns
from lead sheets. The generator's chord plan, which learns on what the generator's encoder reads, knows more of the
accompaniment and less of melodies.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..base.contract import SLOTS, STEPS, STYLE
from ..musical.chord_vocabulary import CHORD_SIZE, CHORDS, NO_CHORD, QUALITIES
from .layers import Block, Norm, silu

#: Places in a slot: sixteenths of a half bar of 4/4, eighths of a bar of 3/4 (of which there are six).
PLACES = 8
#: What is known of a slot's melody: sounding pitch classes, onsets and rests at each place, shares of pitch classes,
#: and whether it was heard.
FEATURES = PLACES * 12 + PLACES + PLACES + 12 + 1
OCTAVES = 7


class Line(NamedTuple):
    """A melody, step by step, in this window and the one before."""

    sounds: Tensor  # [B, 128, 12]: pitch classes, the window before first
    starts: Tensor  # [B, 128]: a note starts
    heard: Tensor  # [B, 128]: the melody is known; everything is, in a window before that has any melody


def line_of_planes(melody: Tensor, heard: Tensor, before: Tensor) -> Line:
    """The melody from planes [B, 2, 64, 84] (onset, sounding) of this window and of the one before."""
    both = torch.cat([before, melody], 2)
    classes = both.reshape(-1, 2, 2 * STEPS, OCTAVES, 12).amax(3)
    starts = classes[:, 0].amax(2)
    known = classes[:, 1, :STEPS].amax(2).amax(1, keepdim=True) + heard * 0.0
    return Line(classes[:, 1], starts, torch.cat([known, heard], 1))


def _by_slot(steps: Tensor, three: Tensor) -> Tensor:
    """[B, 128, F] → [B, 16, 8, F]: the places of each slot of both windows; `three` is [B, 1, 1, 1]."""
    size = steps.shape[2]
    four = steps.reshape(-1, 2 * SLOTS, PLACES, size)
    windows = steps.reshape(-1, 2, STEPS, size)[:, :, :48]
    eighths = windows.reshape(-1, 2, 4, 6, 2, size).amax(4)
    padded = torch.cat([eighths, eighths[:, :, :, :2] * 0.0], 3)
    padded = torch.cat([padded, padded * 0.0], 2).reshape(-1, 2 * SLOTS, PLACES, size)
    return four * (1.0 - three) + padded * three


class Harmonizer(nn.Module):
    """A transformer over the slots of two windows."""

    def __init__(
        self, width: int = 160, hidden: int = 512, layers: int = 4, heads: int = 5, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.randn(2 * SLOTS, width) * 0.3)
        self.notes = nn.Linear(FEATURES, width)
        self.beside = nn.Linear(3 * width, width)
        self.given = nn.Linear(CHORD_SIZE + 1, width)
        self.about = nn.Linear(STYLE + 2, width)
        self.blocks = nn.ModuleList(Block(width, hidden, heads, 2 * SLOTS, dropout) for _ in range(layers))
        self.norm = Norm(width)
        self.chord = nn.Linear(width, CHORDS)
        self.root = nn.Linear(width, 12)
        self.interval = nn.Linear(width, 12)
        self.interval_of_quality = nn.Linear(len(QUALITIES), 12)
        root = torch.arange(CHORDS - 1) // len(QUALITIES)
        quality = torch.arange(CHORDS - 1) % len(QUALITIES)
        one_hot = nn.functional.one_hot
        self.register_buffer("roots", torch.cat([one_hot(root, 12).float(), torch.zeros(1, 12)]), persistent=False)
        qualities = torch.cat([one_hot(quality, len(QUALITIES)).float(), torch.zeros(1, len(QUALITIES))])
        self.register_buffer("qualities", qualities, persistent=False)
        # [12·12, 12]: the pitch class of each interval above each root.
        pitch = (torch.arange(12).unsqueeze(1) + torch.arange(12)) % 12
        self.register_buffer("turned", one_hot(pitch, 12).float().flatten(0, 1), persistent=False)

    roots: Tensor
    qualities: Tensor
    turned: Tensor

    def read(self, line: Line, style: Tensor, meter: Tensor, given: Tensor, is_given: Tensor) -> Tensor:
        """[B, 8, width]: what is known of each slot of this window.

        `given` [B, 16, CHORD_SIZE] are chord vectors of both windows where `is_given` [B, 16] is 1.
        """
        three = meter[:, 1:2].unsqueeze(2).unsqueeze(3)
        steps = torch.cat([line.sounds, line.starts.unsqueeze(2), line.heard.unsqueeze(2)], 2)
        places = _by_slot(steps, three)
        sounds, starts, heard = places[..., :12], places[..., 12], places[..., 13]
        rests = heard * (1.0 - sounds.amax(3))
        shares = sounds.mean(2)
        known = heard.mean(2)
        x = torch.cat([sounds.flatten(2), starts, rests, shares, known.unsqueeze(2)], 2)
        x = self.notes(x)
        edge = x[:, :1] * 0.0
        x = x + silu(self.beside(torch.cat([torch.cat([edge, x[:, :-1]], 1), x, torch.cat([x[:, 1:], edge], 1)], 2)))
        shown = torch.cat([given * is_given.unsqueeze(2), is_given.unsqueeze(2)], 2)
        x = x + self.given(shown) + self.place + self.about(torch.cat([style, meter], 1)).unsqueeze(1)
        # In 3/4 only the first four slots of a window are used.
        unused = meter[:, 1:2] * torch.tensor([0.0, 0.0, 0.0, 0.0, -1e4, -1e4, -1e4, -1e4], device=x.device)
        keys = torch.cat([unused, unused], 1).unsqueeze(1).unsqueeze(1)
        for number, block in enumerate(self.blocks, 1):
            x = block(x, keys, range(SLOTS, 2 * SLOTS) if number == len(self.blocks) else None)
        found: Tensor = self.norm(x)
        return found

    def chords(self, slots: Tensor) -> Tensor:
        """[B, 8, CHORDS]: log odds of the chords."""
        found: Tensor = self.chord(slots) + torch.matmul(self.root(slots), self.roots.t())
        return found

    def intervals(self, slots: Tensor, chords: Tensor) -> Tensor:
        """[B, 8, 12]: log odds of the bass note's interval above the root of chords [B, 8, CHORDS]."""
        found: Tensor = self.interval(slots) + self.interval_of_quality(torch.matmul(chords, self.qualities))
        return found

    def forward(
        self,
        melody: Tensor,
        heard: Tensor,
        melody_before: Tensor,
        style: Tensor,
        meter: Tensor,
        given_chords: Tensor,
        chords_given: Tensor,
    ) -> Tensor:
        """`likely` [B, 8, CHORD_SIZE]: how likely each chord is, and each bass note under the likeliest chord."""
        given = torch.cat([given_chords * 0.0, given_chords], 1)
        is_given = torch.cat([chords_given * 0.0, chords_given], 1)
        slots = self.read(line_of_planes(melody, heard, melody_before), style, meter, given, is_given)
        logits = self.chords(slots)
        likely = torch.softmax(logits, -1)
        best = torch.softmax(40.0 * (logits - logits.amax(2, keepdim=True)), -1)
        intervals = torch.softmax(self.intervals(slots, best), -1)
        roots = torch.matmul(best, self.roots)
        bass = torch.matmul((roots.unsqueeze(3) * intervals.unsqueeze(2)).flatten(2), self.turned)
        return torch.cat([likely, bass], 2)


assert NO_CHORD == CHORDS - 1
