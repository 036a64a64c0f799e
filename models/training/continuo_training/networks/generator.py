"""The generator: an encoder of melody and context, a prior that depends on them, and a decoder of all parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..base.contract import (
    BARS,
    BEATS,
    GENRES,
    LATENT,
    NOISE_BAR,
    NOISE_WINDOW,
    PITCHES,
    SLOTS,
    STEPS_PER_BEAT,
    STYLE,
    VOICES,
)
from ..musical.chord_vocabulary import CHORD_SIZE
from ..musical.chord_vocabulary import CHORDS as ALL_CHORDS
from ..musical.triads import CHORDS
from .chord_plan import Plan
from .chord_tones import ChordTones
from .compass import COMPASS, NEVER_SOUNDS, beyond
from .encoded import Encoded, Gaussian, SlotNotes
from .layers import Block, Feed, Norm, Positions, by_beat, from_beats, silu, unnoticed
from .monophony import Lines

BEAT_PITCHED = 8 * 4 * PITCHES
BEAT_COMPASS = 8 * 4 * COMPASS
BEAT_DRUMS = 4 * VOICES
#: How strongly the layers that read finer chords speak where the network chose the chord; where it is given, fully.
#: With less, takes differ more and are harder to tell from real music.
LOOSELY = 0.5
#: The width of a head of attention.
HEAD = 32


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
    decoder_hidden: int | None = None
    voicing: int | None = None

    @staticmethod
    def of(weights: Mapping[str, Tensor | NDArray[Any]]) -> Size:
        """The size of the generator whose weights have these names and shapes; its heads are as wide as always."""

        def blocks(room: str) -> int:
            return sum(1 for name in weights if name.startswith(f"{room}.") and name.endswith(".norm_feed.bias"))

        def length(name: str) -> int:
            return len(weights[f"{name}.bias"])

        width = length("norm")
        return Size(
            width=width,
            hidden=length("encoder.0.grow"),
            heads=max(width // HEAD, 1),
            encoder=blocks("encoder"),
            decoder=blocks("decoder"),
            head=length("head"),
            guide=blocks("guide"),
            decoder_hidden=length("decoder.0.grow"),
            voicing=length("voicing.grow"),
        )

    @property
    def in_decoder(self) -> int:
        """The hidden width of the decoder's blocks: `hidden`, where `decoder_hidden` does not say otherwise."""
        return self.hidden if self.decoder_hidden is None else self.decoder_hidden

    @property
    def in_voicing(self) -> int:
        """The hidden width of the layer that reads finer chords last: twice the width, where `voicing` does not say."""
        return 2 * self.width if self.voicing is None else self.voicing


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
        self.slot_notes = SlotNotes()
        self.harmony = nn.Linear(CHORDS, width)
        self.finer_harmony = nn.Linear(CHORD_SIZE + 12, width)
        nn.init.zeros_(self.finer_harmony.weight)
        nn.init.zeros_(self.finer_harmony.bias)
        self.latent_window = nn.Linear(NOISE_WINDOW, width)
        self.latent_bar = nn.Linear(NOISE_BAR, width)
        self.style_out = nn.Linear(STYLE, width)
        self.decoder = nn.ModuleList(
            Block(width, size.in_decoder, size.heads, BEATS, dropout) for _ in range(size.decoder)
        )
        self.voicing = Feed(width, size.in_voicing)
        self.chord_tones = ChordTones()
        self.norm = Norm(width)
        self.head = nn.Linear(width, size.head)
        self.out_pitched = nn.Linear(size.head, BEAT_COMPASS)
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
        # Both windows in one product each: to read the weights takes longer than to use them.
        melody = torch.cat([by_beat(c.melody, 2, PITCHES), by_beat(c.context[:, :2], 2, PITCHES)], 1)
        parts = torch.cat([by_beat(c.given, 8, PITCHES), by_beat(c.context[:, 2:], 8, PITCHES)], 1)
        drums = torch.cat([c.given_drums, c.context_drums], 1).reshape(-1, 2 * BEATS, BEAT_DRUMS)
        both = self.melody(melody) + self.parts(parts) + self.drums(drums)
        place = place + style
        window = place + self.heard(c.heard.reshape(-1, BEATS, 4)) + flags + self.segment[0]
        x = both + torch.cat([window, place + self.segment[1]], 1)
        bias = self.positions.bias(c.meter)
        keys = torch.cat([bias, bias], 1).unsqueeze(1).unsqueeze(1)
        for block in self.encoder:
            x = block(x, keys)
        tokens = x[:, :BEATS]
        for number, block in enumerate(self.guide, 1):
            x = block(x, keys, range(BEATS) if number == len(self.guide) else None)
        guided, bars = x[:, :BEATS], self.positions.bars(c.meter)
        slots = self.positions.slots(c.meter)
        by_slot = torch.matmul(slots.transpose(1, 2), guided) / (slots.sum(1).unsqueeze(2) + 1e-6)
        notes = torch.cat(
            [
                self.slot_notes(c.context[:, :2], c.context[:, 2:], torch.ones_like(c.heard), slots),
                self.slot_notes(c.melody, c.given, c.heard, slots),
            ],
            1,
        )
        return Encoded(tokens, by_slot, notes, self.prior(guided, bars), c.style, c.meter)

    def decode(self, e: Encoded, plan: Tensor, z: Tensor, is_given: Tensor | None = None) -> tuple[Logits, Tensor]:
        """Logits of all parts from a chord plan [B, 8, CHORD_SIZE] and a latent; also the decoder's last tokens.

        Where `is_given` [B, 8], the chord is one that the notes must keep to. What the encoder returned, and
        `is_given`, may be those of one window, of which all rows are takes.
        """
        logits, tokens = self._within(e, plan, z, is_given)
        return logits._replace(pitched=beyond(logits.pitched, NEVER_SOUNDS)), tokens

    def _within(self, e: Encoded, plan: Tensor, z: Tensor, is_given: Tensor | None) -> tuple[Logits, Tensor]:
        """What `decode` returns, with the pitches of each part's compass alone."""
        bars, slots = self.positions.bars(e.meter), self.positions.slots(e.meter)
        each = self.latent_bar(z[:, NOISE_WINDOW:].reshape(-1, BARS, NOISE_BAR))
        whole = self.latent_window(z[:, :NOISE_WINDOW]) + self.style_out(e.style)
        by_slot: float | Tensor = LOOSELY
        strength: float | Tensor = LOOSELY
        if is_given is not None:
            by_slot = LOOSELY + (1.0 - LOOSELY) * is_given.unsqueeze(2)
            strength = torch.matmul(slots, by_slot)
        # Read once for each slot; then each beat has its slot's. Beats that 3/4 does not use have none.
        chords = plan[:, :, :ALL_CHORDS]
        finer = torch.cat([plan, torch.matmul(chords, self.chord_tones.tones)], 2)
        harmony = self.harmony(torch.matmul(chords, self.plan.triads)) + by_slot * self.finer_harmony(finer)
        x = e.tokens + whole.unsqueeze(1) + torch.matmul(bars, each) + torch.matmul(slots, harmony)
        keys = self.positions.bias(e.meter).unsqueeze(1).unsqueeze(1)
        for block in self.decoder:
            x = block(x, keys)
        x = x + strength * self.voicing(x)
        x = self.norm(x)
        h = silu(self.head(x))
        cells = self.out_pitched(h)
        if is_given is not None:
            moved = self.chord_tones(plan * is_given.unsqueeze(2), slots).unsqueeze(3)
            cells = (cells.reshape(-1, BEATS, 8, STEPS_PER_BEAT, COMPASS) + moved).flatten(2)
        pitched = from_beats(cells, 8, COMPASS)
        drums = self.out_drums(h).reshape(-1, 64, VOICES)
        used = bars.sum(2, keepdim=True)
        monophonic = self.out_monophonic((x * used).sum(1) / used.sum(1))
        return Logits(pitched, drums, by_step(self.out_velocity(x)), by_step(self.out_timing(x)), monophonic), x

    def play(self, e: Encoded, noise: Tensor, given: Tensor, is_given: Tensor) -> tuple[Tensor, ...]:
        """The contract's outputs from the encoder's result: probabilities, velocities, timing, and the chords.

        The encoder's result and the given chords may be those of one window, of which all rows of `noise` are takes.
        """
        z = e.prior.mean + torch.exp(e.prior.log_sigma) * noise[:, :LATENT]
        plan = self.plan(e, noise[:, LATENT:], given, is_given)
        logits, _ = self._within(e, plan.chosen, z, is_given)
        return (
            beyond(self.lines.within(logits.pitched, logits.monophonic, noise), 0.0),
            torch.sigmoid(logits.drums),
            torch.sigmoid(logits.velocity),
            0.5 * torch.tanh(logits.timing),
            plan.likely,
            plan.chosen,
        )

    def forward(self, c: Conditions, noise: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Probabilities, velocities and timing, where no chord is given."""
        none = torch.zeros_like(noise[:, :SLOTS])
        given = none.unsqueeze(2).repeat(1, 1, CHORD_SIZE)
        pitched, drums, velocity, timing = self.play(self.encode(c), noise, given, none)[:4]
        return pitched, drums, velocity, timing


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
        move: Gaussian = self.latent(x, self.positions.bars(meter))
        mean = e.prior.mean + torch.exp(e.prior.log_sigma) * move.mean
        return Gaussian(mean, (e.prior.log_sigma + move.log_sigma).clamp(-4.0, 2.5))
