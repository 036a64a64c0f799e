"""The generator: an encoder of melody and context, a prior that depends on them, and a decoder of all parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..base.contract import BARS, BEATS, GENRES, LATENT, NOISE_BAR, NOISE_WINDOW, PITCHES, STYLE, VOICES
from ..musical.triads import CHORDS
from .chord_plan import Plan
from .layers import Block, Norm, Positions, by_beat, from_beats, silu
from .monophony import Lines

BEAT_PITCHED = 8 * 4 * PITCHES
BEAT_DRUMS = 4 * VOICES


@dataclass(frozen=True)
class Size:
    """The widths and depths of the generator."""

    width: int = 256
    hidden: int = 768
    heads: int = 8
    encoder: int = 3
    decoder: int = 4
    posterior: int = 2
    head: int = 384
    guide: int = 2


class Conditions(NamedTuple):
    """The generator's inputs except the noise, as in the contract."""

    melody: Tensor
    heard: Tensor
    context: Tensor
    context_drums: Tensor
    given: Tensor
    given_drums: Tensor
    given_parts: Tensor
    style: Tensor
    meter: Tensor


class Logits(NamedTuple):
    """The decoder's outputs before the sigmoid."""

    pitched: Tensor
    drums: Tensor
    velocity: Tensor
    timing: Tensor
    monophonic: Tensor  # [B, 4]: whether each pitched part is a line in this window


class Gaussian(NamedTuple):
    """Means and log standard deviations, [B, LATENT]."""

    mean: Tensor
    log_sigma: Tensor


class Encoded(NamedTuple):
    """The encoder's result: beat tokens for the decoder, others for prior and chord plan, the maps from bars and plan
    slots to beats, and the prior."""

    tokens: Tensor
    guided: Tensor
    bars: Tensor
    slots: Tensor
    prior: Gaussian

    def by_slot(self) -> Tensor:
        """[B, 8, width]: the mean token of each slot of the plan."""
        count = self.slots.sum(1).unsqueeze(2)
        return torch.matmul(self.slots.transpose(1, 2), self.guided) / (count + 1e-6)

    def times(self, takes: int) -> Encoded:
        """The same for a batch decoded several times."""
        prior = Gaussian(*(x.repeat(takes, 1) for x in self.prior))
        tokens, guided, bars, slots = (x.repeat(takes, 1, 1) for x in (self.tokens, self.guided, self.bars, self.slots))
        return Encoded(tokens, guided, bars, slots, prior)


class Latent(nn.Module):
    """Reads a Gaussian from the beat tokens: one vector for the window and one for each bar."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = Norm(width)
        self.window = nn.Linear(width, 2 * NOISE_WINDOW)
        self.bar = nn.Linear(width, 2 * NOISE_BAR)
        for layer in (self.window, self.bar):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)

    def forward(self, tokens: Tensor, bars: Tensor) -> Gaussian:
        tokens = self.norm(tokens)
        used = bars.sum(2, keepdim=True)
        whole = (tokens * used).sum(1) / used.sum(1)
        each = torch.matmul(bars.transpose(1, 2) / bars.sum(1).unsqueeze(2), tokens)
        window, bar = self.window(whole).float(), self.bar(each).float()
        mean = torch.cat([window[:, :NOISE_WINDOW], bar[:, :, :NOISE_BAR].reshape(-1, BARS * NOISE_BAR)], 1)
        spread = torch.cat([window[:, NOISE_WINDOW:], bar[:, :, NOISE_BAR:].reshape(-1, BARS * NOISE_BAR)], 1)
        return Gaussian(mean, 2.5 * torch.tanh(spread * 0.4))


class Generator(nn.Module):
    """Parts under a melody, from a style and a noise vector."""

    def __init__(self, size: Size | None = None, genres: int = len(GENRES), dropout: float = 0.0) -> None:
        super().__init__()
        size = size or Size()
        width = size.width
        self.size = size
        self.styles = nn.Embedding(genres, STYLE)
        nn.init.normal_(self.styles.weight, std=1.0)
        self.positions = Positions(width)
        self.melody = nn.Linear(2 * 4 * PITCHES, width)
        self.heard = nn.Linear(4, width)
        self.parts = nn.Linear(BEAT_PITCHED, width)
        self.drums = nn.Linear(BEAT_DRUMS, width)
        self.flags = nn.Linear(5 + 2, width)
        self.segment = nn.Parameter(torch.randn(2, width) * 0.3)
        self.style = nn.Sequential(nn.Linear(STYLE, width), nn.Tanh(), nn.Linear(width, width))
        self.encoder = nn.ModuleList(
            Block(width, size.hidden, size.heads, 2 * BEATS, dropout) for _ in range(size.encoder)
        )
        self.guide = nn.ModuleList(
            unnoticed(Block(width, size.hidden, size.heads, 2 * BEATS)) for _ in range(size.guide)
        )
        self.prior = Latent(width)
        self.plan = Plan(width)
        self.harmony = nn.Linear(CHORDS, width)
        self.latent_window = nn.Linear(NOISE_WINDOW, width)
        self.latent_bar = nn.Linear(NOISE_BAR, width)
        self.style_out = nn.Linear(STYLE, width)
        self.decoder = nn.ModuleList(Block(width, size.hidden, size.heads, BEATS, dropout) for _ in range(size.decoder))
        self.norm = Norm(width)
        self.head = nn.Linear(width, size.head)
        self.out_pitched = nn.Linear(size.head, BEAT_PITCHED)
        self.out_drums = nn.Linear(size.head, BEAT_DRUMS)
        self.out_velocity = nn.Sequential(nn.Linear(width, 64), nn.Tanh(), nn.Linear(64, 5 * 4))
        on_the_grid = nn.Linear(64, 5 * 4)
        nn.init.zeros_(on_the_grid.weight)
        nn.init.zeros_(on_the_grid.bias)
        self.out_timing = nn.Sequential(nn.Linear(width, 64), nn.Tanh(), on_the_grid)
        self.out_monophonic = nn.Linear(width, 4)
        nn.init.zeros_(self.out_monophonic.weight)
        nn.init.constant_(self.out_monophonic.bias, -1.0)  # at first no part counts as a line
        self.lines = Lines()
        nn.init.constant_(self.out_pitched.bias, -4.0)
        nn.init.constant_(self.out_drums.bias, -2.0)

    def encode(self, c: Conditions) -> Encoded:
        """Reads melody, context and given parts."""
        place = self.positions.table(c.meter)
        style = self.style(c.style).unsqueeze(1)
        flags = self.flags(torch.cat([c.given_parts, c.meter], 1)).unsqueeze(1)
        window = (
            self.melody(by_beat(c.melody, 2, PITCHES))
            + self.heard(c.heard.reshape(-1, BEATS, 4))
            + self.parts(by_beat(c.given, 8, PITCHES))
            + self.drums(c.given_drums.reshape(-1, BEATS, BEAT_DRUMS))
            + flags
            + self.segment[0]
        )
        before = (
            self.melody(by_beat(c.context[:, :2], 2, PITCHES))
            + self.parts(by_beat(c.context[:, 2:], 8, PITCHES))
            + self.drums(c.context_drums.reshape(-1, BEATS, BEAT_DRUMS))
            + self.segment[1]
        )
        x = torch.cat([window + place + style, before + place + style], 1)
        bias = self.positions.bias(c.meter)
        keys = torch.cat([bias, bias], 1).unsqueeze(1).unsqueeze(1)
        for block in self.encoder:
            x = block(x, keys)
        tokens = x[:, :BEATS]
        for block in self.guide:
            x = block(x, keys)
        guided, bars = x[:, :BEATS], self.positions.bars(c.meter)
        return Encoded(tokens, guided, bars, self.positions.slots(c.meter), self.prior(guided, bars))

    def decode(self, e: Encoded, plan: Tensor, z: Tensor, style: Tensor, meter: Tensor) -> tuple[Logits, Tensor]:
        """Logits of all parts from the beat tokens, a chord plan and a latent; also the decoder's last tokens."""
        each = self.latent_bar(z[:, NOISE_WINDOW:].reshape(-1, BARS, NOISE_BAR))
        whole = self.latent_window(z[:, :NOISE_WINDOW]) + self.style_out(style)
        x = e.tokens + whole.unsqueeze(1) + torch.matmul(e.bars, each) + self.harmony(torch.matmul(e.slots, plan))
        keys = self.positions.bias(meter).unsqueeze(1).unsqueeze(1)
        for block in self.decoder:
            x = block(x, keys)
        x = self.norm(x)
        h = silu(self.head(x))
        pitched = from_beats(self.out_pitched(h), 8, PITCHES)
        drums = self.out_drums(h).reshape(-1, 64, VOICES)
        used = e.bars.sum(2, keepdim=True)
        monophonic = self.out_monophonic((x * used).sum(1) / used.sum(1))
        return Logits(pitched, drums, by_step(self.out_velocity(x)), by_step(self.out_timing(x)), monophonic), x

    def forward(self, c: Conditions, noise: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The contract's outputs: probabilities, velocities and timing."""
        e = self.encode(c)
        z = e.prior.mean + torch.exp(e.prior.log_sigma) * noise[:, :LATENT]
        plan = self.plan(e.by_slot(), noise[:, LATENT:])
        logits, _ = self.decode(e, plan, z, c.style, c.meter)
        return (
            self.lines(logits.pitched, logits.monophonic, noise),
            torch.sigmoid(logits.drums),
            torch.sigmoid(logits.velocity),
            0.5 * torch.tanh(logits.timing),
        )


def unnoticed(block: Block) -> Block:
    """Makes a layer change nothing until it has learnt."""
    for layer in (block.attention.out, block.shrink):
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)
    return block


def by_step(x: Tensor) -> Tensor:
    """[B, 16, 5·4] numbers of beats → [B, 5, 64]."""
    return x.reshape(-1, BEATS, 5, 4).transpose(1, 2).reshape(-1, 5, 64)


class Posterior(nn.Module):
    """For training only: reads the latent from the real parts, as a move away from the prior.

    An untrained posterior therefore equals the prior of any generator.
    """

    def __init__(self, size: Size | None = None) -> None:
        super().__init__()
        size = size or Size()
        width = size.width
        self.parts = nn.Linear(BEAT_PITCHED, width)
        self.drums = nn.Linear(BEAT_DRUMS, width)
        self.exists = nn.Linear(5, width)
        self.tokens = nn.Linear(width, width)
        self.positions = Positions(width)
        self.blocks = nn.ModuleList(Block(width, size.hidden, size.heads, BEATS) for _ in range(size.posterior))
        self.latent = Latent(width)

    def forward(self, pitched: Tensor, drums: Tensor, exists: Tensor, e: Encoded, meter: Tensor) -> Gaussian:
        x = (
            self.parts(by_beat(pitched, 8, PITCHES))
            + self.drums(drums.reshape(-1, BEATS, BEAT_DRUMS))
            + self.exists(exists).unsqueeze(1)
            + self.tokens(e.tokens)
            + self.positions.table(meter)
        )
        keys = self.positions.bias(meter).unsqueeze(1).unsqueeze(1)
        for block in self.blocks:
            x = block(x, keys)
        move: Gaussian = self.latent(x, e.bars)
        mean = e.prior.mean + torch.exp(e.prior.log_sigma) * move.mean
        return Gaussian(mean, (e.prior.log_sigma + move.log_sigma).clamp(-4.0, 2.5))
