"""Parts that sing one note at a time: in the data, in what the network writes, and in what it plays against.

Cells of a roll are chosen one by one, so that a line would now and then hold two notes where the network wavers
between them. It therefore also says of each part whether it is a line in this window; then only the likeliest onset
of a step is left, and it ends the note before it.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Bools = NDArray[np.bool_]


def as_line(onset: Bools, sounding: Bools, highest: bool) -> tuple[Bools, Bools]:
    """The highest (or lowest) notes of planes [windows, 64, pitches], each until the next one starts."""
    rows = np.arange(len(onset))
    pitches = onset.shape[-1]
    out = np.zeros_like(onset), np.zeros_like(sounding)
    current = np.zeros(len(onset), np.int64)
    playing = np.zeros(len(onset), bool)
    for step in range(onset.shape[1]):
        now = onset[:, step]
        starts = now.any(-1)
        chosen = pitches - 1 - now[:, ::-1].argmax(-1) if highest else now.argmax(-1)
        held = playing & sounding[rows, step, current]
        # A note that comes over the window's edge, or goes on under one that ended, is a note of the line as well.
        below = sounding[:, step]
        other = pitches - 1 - below[:, ::-1].argmax(-1) if highest else below.argmax(-1)
        first = (step == 0) & ~starts & below.any(-1)
        current = np.where(starts, chosen, np.where(first, other, current))
        playing = starts | held | first
        out[0][rows[starts], step, current[starts]] = True
        out[1][rows[playing], step, current[playing]] = True
    return out


def lines_of(pitched: Tensor) -> tuple[Tensor, Tensor]:
    """[B, 4] each of planes [B, 8, 64, P]: 1 where a part never sounds two notes at once; 1 where it sounds at all."""
    together = pitched[:, 1::2].sum(3).amax(2)
    return (together <= 1).to(pitched.dtype), (together > 0).to(pitched.dtype)


def only_likeliest(pitched: Tensor, monophonic: Tensor) -> Tensor:
    """What the probabilities of planes [B, 8, 64, P] are multiplied by, from their logits and those of [B, 4]."""
    onset = pitched[:, 0::2]
    highest = onset.amax(3, keepdim=True)
    below = (highest > onset).to(onset.dtype)
    line = (monophonic > 0).to(onset.dtype).reshape(-1, 4, 1, 1)
    starts = (highest > 0).to(onset.dtype)
    both = torch.stack([1.0 - line * below, 1.0 - line * starts * below], 2)
    return both.reshape(-1, 8, onset.shape[2], onset.shape[3])


def played(pitched: Tensor, monophonic: Tensor) -> Tensor:
    """What the engine would play from the logits: an onset, and on while sounding. [B, 8, 64, P], 0 or 1"""
    onset, hold = pitched[:, 0::2] > 0, pitched[:, 1::2] > 0
    line = (monophonic > 0)[:, :, None, None]
    likeliest = pitched[:, 0::2] >= pitched[:, 0::2].amax(3, keepdim=True)
    starts = onset.any(3, keepdim=True)
    on = onset & (likeliest | ~line)
    hold = hold & (likeliest | ~starts | ~line)
    playing = torch.zeros_like(on[:, :, 0])
    steps = []
    for step in range(on.shape[2]):
        playing = on[:, :, step] | (playing & hold[:, :, step])
        steps.append(playing)
    return torch.stack([on, torch.stack(steps, 2)], 2).flatten(1, 2).float()
