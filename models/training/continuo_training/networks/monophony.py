"""Parts that play one note at a time.

The network chooses the cells of a roll one by one. A line would therefore now and then hold two notes where the network
wavers between them, or none where many would fit. So the network also says which parts are lines in a window; in those
a step starts one note or none, and a new note ends the one before.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..base.contract import NOISE, PITCHES, STEPS
from .compass import BEGINS, COMPASS, beyond, within

#: How far noise of temperature 1 moves the log odds of a line's pitches. 1.28 would be as much as drawing them.
WANDER = 0.8
#: In how many directions it moves them.
FEATURES = 8
#: A chance this small does not count.
LEAST = 0.02
#: A note of a line goes on while the chances of all pitches add up to this: in doubt it goes on. In training the limit
#: is a half, since the weights are moved until as much sounds as in the data.
GOES_ON = 0.35


def lines_of(pitched: Tensor) -> tuple[Tensor, Tensor]:
    """[B, 4] each of planes [B, 8, 64, P]: 1 where a part never sounds two notes at once; 1 where it sounds at all."""
    together = pitched[:, 1::2].sum(3).amax(2)
    return (together <= 1).to(pitched.dtype), (together > 0).to(pitched.dtype)


class Lines(nn.Module):
    """Probabilities from the decoder's logits, where a line starts its notes one at a time.

    Two decisions are separate. Whether a note starts at a step depends on the chances of all pitches together, since
    each pitch alone may be below a half wherever several would fit. Which pitch it is, the noise vector moves, so that
    a line does not always take the likeliest pitch and repeat itself; without noise it is the likeliest. A note of a
    line goes on as long as any note would, in use a little longer than in training.
    """

    mix: Tensor
    pitches: Tensor
    own_pitches: Tensor
    places: Tensor
    past: Tensor

    def __init__(self) -> None:
        super().__init__()
        random = torch.Generator().manual_seed(9)
        mix = torch.randn(NOISE, 4 * STEPS * FEATURES, generator=random)
        pitches = torch.randn(FEATURES, PITCHES, generator=random)
        # Normal noise moves each pitch of each step by WANDER on average.
        self.register_buffer("mix", mix / mix.norm(dim=0, keepdim=True))
        self.register_buffer("pitches", WANDER * pitches / pitches.norm(dim=0, keepdim=True), persistent=False)
        own = torch.stack([self.pitches[:, low : low + COMPASS] for low in BEGINS])
        self.register_buffer("own_pitches", own, persistent=False)
        self.register_buffer("places", torch.arange(1.0, STEPS + 1), persistent=False)
        self.register_buffer("past", torch.ones(STEPS, STEPS).tril(), persistent=False)

    def forward(self, pitched: Tensor, monophonic: Tensor, noise: Tensor) -> Tensor:
        """Probabilities [B, 8, 64, 84] from the planes' logits, those of being a line [B, 4], and noise [B, NOISE]."""
        return beyond(self.within(within(pitched), monophonic, noise), 0.0)

    def within(self, pitched: Tensor, monophonic: Tensor, noise: Tensor) -> Tensor:
        """The same for the pitches of each part's compass alone, [B, 8, 64, 58]."""
        pitched = pitched.float()
        planes = torch.sigmoid(pitched)
        sums = torch.relu(planes - LEAST).sum(3)
        starts, holds = enough(sums[:, 0::2], 0.5), enough(sums[:, 1::2], 0.5 if self.training else GOES_ON)
        field = torch.matmul(torch.matmul(noise, self.mix).reshape(-1, 4, STEPS, FEATURES), self.own_pitches)
        moved = pitched[:, 0::2] + field.float()
        chosen = (moved >= moved.amax(3, keepdim=True)).to(planes.dtype)
        # The last step up to each that starts a note, counted from 1; 0 before the first.
        begun = (starts > 0.5).to(planes.dtype)
        last = ((begun * self.places).unsqueeze(2) * self.past).amax(3)
        sounding = torch.matmul(torch.relu(1.0 - (last.unsqueeze(3) - self.places).abs()), chosen)
        after, line = last.clamp(max=1.0), (monophonic > 0).to(planes.dtype).unsqueeze(2)
        # Each plane is a share of what a line plays and a share of what it was: small numbers, multiplied first.
        onset = chosen * (line * starts).unsqueeze(3)
        held = sounding * (line * after * holds).unsqueeze(3)
        own = torch.stack([1.0 - line + 0.0 * after, 1.0 - line * after], 2).flatten(1, 2)
        return torch.stack([onset, held], 2).flatten(1, 2) + own.unsqueeze(3) * planes


def enough(sums: Tensor, half: float) -> Tensor:
    """A half where the chances of all pitches add up to `half`."""
    return sums / (sums + half)


def played(probabilities: Tensor) -> Tensor:
    """[B, 8, 64, P], 0 or 1: notes start above a half and go on while *sounding* is, as in `evaluation/decoding.py`.

    The engine lets notes go on down to 0.4 and limits the voices; samples for a gradient need neither.
    """
    on, hold = probabilities[:, 0::2] > 0.5, probabilities[:, 1::2] > 0.5
    playing = torch.zeros_like(on[:, :, 0])
    steps = []
    for step in range(on.shape[2]):
        playing = on[:, :, step] | (playing & hold[:, :, step])
        steps.append(playing)
    return torch.stack([on, torch.stack(steps, 2)], 2).flatten(1, 2).float()
