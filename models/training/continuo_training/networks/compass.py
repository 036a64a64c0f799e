"""The compass of each part: the pitches that the network computes. Beyond them no part of the data sounds.

All parts have as many pitches, so that they stay one array; where they begin differs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..base.contract import PITCHES, STEPS_PER_BEAT

#: Where the compasses of bass, chords, strings and counter begin, in the planes' pitches.
BEGINS = (0, 8, 13, 15)
#: How many pitches each has.
COMPASS = 58
#: The log odds of what lies beyond.
NEVER_SOUNDS = -16.0


def within(planes: Tensor, axis: int = 1) -> Tensor:
    """Planes of all pitches [..., 8, ..., 84], the planes along `axis`, cut to their parts' compasses of 58."""
    parts = planes.split(2, axis)
    return torch.cat([x[..., low : low + COMPASS] for x, low in zip(parts, BEGINS, strict=True)], axis)


def beyond(planes: Tensor, fill: float) -> Tensor:
    """The inverse, [B, 8, 64, 58] → [B, 8, 64, 84]: pitches beyond a part's compass have the value `fill`."""
    parts = zip(planes.split(2, 1), BEGINS, strict=True)
    sides = (nn.functional.pad(x, (low, PITCHES - COMPASS - low), value=fill) for x, low in parts)
    return torch.cat(list(sides), 1)


def cells_within() -> Tensor:
    """The places, in one beat's 8·4·84 cells, of those within the compasses."""
    cells = torch.arange(8 * STEPS_PER_BEAT * PITCHES).reshape(8, STEPS_PER_BEAT, PITCHES)
    return within(cells, 0).flatten()
