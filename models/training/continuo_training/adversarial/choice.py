"""Learns from the adversary's choice: among several takes of a window, those that it prefers become likelier.

The generator decides the latent and the chords of the plan before it writes; these decisions have a likelihood. Each
take is weighed by how much more real the adversary finds it than the other takes of its window. This is the policy
gradient of Williams ("Simple statistical gradient-following algorithms", 1992), with an adversary's verdict as the
reward as in Yu et al. ("SeqGAN", AAAI 2017) and relative to the other takes as in Shao et al. ("DeepSeekMath", 2024).
No gradient goes through the adversary, which judges takes as they are played, so the generator cannot please it with
changes that nobody hears. The layers that write the notes do not change.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from ..base.contract import LATENT, NOISE, NOISE_BAR, NOISE_WINDOW
from ..musical.chord_vocabulary import CHORDS
from ..networks.batches import TensorBatch
from ..networks.discriminator import Verdict
from ..networks.encoded import Encoded, Gaussian
from ..networks.generator import Conditions, Generator
from ..networks.layers import Positions
from ..networks.monophony import played
from . import losses
from .game import Dice, draw, given_kept

#: The networks that choose; the other ones write.
CHOOSING = ("guide.", "prior.", "plan.")
#: The most that a take counts, in standard deviations of the scores within windows.
MOST = 2.5


class Takes(NamedTuple):
    """Several takes of each window of a batch: all windows' first takes, then all their second ones, and so on."""

    z: Tensor  # [T·B, LATENT]
    plan: Tensor  # [T·B, 8, CHORD_SIZE]
    pitched: Tensor  # [T·B, 8, 64, 84], as played
    drums: Tensor  # [T·B, 64, 12]


class Advantages(NamedTuple):
    """How much better each take is than the window's other takes, for each decision that it rests on."""

    window: Tensor  # [T·B]
    bars: Tensor  # [T·B, 4]
    slots: Tensor  # [T·B, 8]


def repeated(tensors: Iterable[Tensor], count: int) -> Iterator[Tensor]:
    """Each tensor of a batch, repeated."""
    return (x.repeat(count, *[1] * (x.ndim - 1)) for x in tensors)


def draw_takes(generator: Generator, b: TensorBatch, e: Encoded, count: int, dice: Dice) -> Takes:
    """Takes at temperature 1, without gradients."""
    with torch.no_grad():
        many = e.times(count)
        noise = dice.normal(count * len(b.genre), NOISE)
        plan = generator.plan(many, noise[:, LATENT:]).chosen
        z = draw(many.prior, noise[:, :LATENT])
        logits, _ = generator.decode(many, plan, z)
        notes = played(generator.lines(logits.pitched, logits.monophonic, noise))
        made = given_kept(TensorBatch(*repeated(b, count)), notes, (logits.drums > 0).float())
    torch.clear_autocast_cache()  # or autocast would reuse weights that were cast without gradients
    return Takes(z, plan, *made)


def better(scores: Tensor, count: int) -> Tensor:
    """Scores [T·B, ...] less the mean of their window's takes, over the standard deviation of the differences."""
    by_take = scores.float().unflatten(0, (count, -1))
    apart = by_take - by_take.mean(0, keepdim=True)
    spread = apart.square().mean().sqrt().clamp(min=1e-4)
    relative: Tensor = (apart / spread).clamp(-MOST, MOST).flatten(0, 1)
    return relative


def advantages(verdict: Verdict, positions: Positions, meter: Tensor, count: int) -> Advantages:
    """A bar and a plan slot answer for their own beats and the whole; the window for all beats and the whole."""
    meter = meter.repeat(count, 1)
    beats, whole = verdict.beats.float(), verdict.whole.float()
    bars, slots = positions.bars(meter), positions.slots(meter)
    used = bars.sum(2)
    all_beats = (beats * used).sum(1) / used.sum(1)
    each = []
    for places in (bars, slots):
        length = places.sum(1)
        own = torch.matmul(beats.unsqueeze(1), places).squeeze(1) / length.clamp(min=1)
        each.append(better(whole.unsqueeze(1) + own, count) * (length > 0))
    return Advantages(better(whole + all_beats, count), *each)


def likelihood(gaussian: Gaussian, z: Tensor) -> tuple[Tensor, Tensor]:
    """The log-likelihoods of latents, up to a constant: of the window's numbers [B], and of each bar's [B, 4]."""
    distance = (z - gaussian.mean) * torch.exp(-gaussian.log_sigma)
    each = -0.5 * distance * distance - gaussian.log_sigma
    return each[:, :NOISE_WINDOW].sum(1), each[:, NOISE_WINDOW:].unflatten(1, (-1, NOISE_BAR)).sum(2)


class Choice:
    """Losses for the layers that choose; keeps the first generator, and holds the present one near it."""

    def __init__(self, generator: Generator, takes: int) -> None:
        self.generator, self.takes = generator, takes
        self.first = copy.deepcopy(generator).requires_grad_(False).eval()

    def begin(self) -> None:
        """Makes the present generator the first one."""
        self.first.load_state_dict(self.generator.state_dict())

    def lesson(self, e: Encoded, takes: Takes, verdict: Verdict, meter: Tensor) -> tuple[Tensor, dict[str, float]]:
        """The loss that makes the adversary's preferred takes likelier, and figures for the log."""
        worth = advantages(verdict, self.generator.positions, meter, self.takes)
        many = e.times(self.takes)
        window, bars = likelihood(many.prior, takes.z)
        chosen = takes.plan.round()  # a softmax is not quite one-hot
        logits = self.generator.plan.taught(many, chosen).chords
        chords = (torch.log_softmax(logits.float(), -1) * chosen[:, :, :CHORDS]).sum(2)
        latent = worth.window * window + (worth.bars * bars).sum(1)
        score = verdict.whole.float() + verdict.beats.float().mean(1)
        by_take = score.unflatten(0, (self.takes, -1))
        return -(latent + (worth.slots * chords).sum(1)).mean(), {
            "score": float(by_take.mean()),
            "best": float(by_take.amax(0).mean()),
        }

    def away(self, e: Encoded, c: Conditions) -> Tensor:
        """The divergence of the prior from the first one, in nats a window."""
        with torch.no_grad():
            first = self.first.encode(c).prior
        torch.clear_autocast_cache()
        return losses.divergence(e.prior, first, 0.0)[0]
