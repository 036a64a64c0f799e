"""The adversary: judges melody and parts together, per beat and as a whole. Exported, it is the conductor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrize import is_parametrized, remove_parametrizations

from ..base.contract import BEATS, PITCHES, STYLE
from .generator import BEAT_DRUMS, BEAT_PITCHED
from .layers import Block, Norm, Positions, by_beat

#: The width of a head.
HEAD = 32


class Scene(NamedTuple):
    """What a verdict depends on besides the parts.

    This may be one row, which all rows of the parts share: takes of one window.
    """

    melody: Tensor
    heard: Tensor
    context: Tensor
    context_drums: Tensor
    style: Tensor  # [B, STYLE]
    meter: Tensor
    shown: Tensor  # [B, 5]: the parts that are shown; the others are hidden, real or not


class Verdict(NamedTuple):
    """Scores (above 0: taken for real), and the features behind them."""

    beats: Tensor  # [B, 16]
    whole: Tensor  # [B]
    features: tuple[Tensor, ...]


def last_bar(meter: Tensor, context: Tensor, drums: Tensor) -> tuple[Tensor, Tensor]:
    """The last bar of the window before: [B, 10, 16, 84] and [B, 16, 12]; its last beat is empty in 3/4."""
    four, three = meter[:, 0, None, None], meter[:, 1, None, None]
    planes = context[:, :, 48:] * four.unsqueeze(3)
    planes = planes + nn.functional.pad(context[:, :, 36:48], (0, 0, 0, 4)) * three.unsqueeze(3)
    return planes, drums[:, 48:] * four + nn.functional.pad(drums[:, 36:48], (0, 0, 0, 4)) * three


class JudgeSize(NamedTuple):
    """The widths and the depth of a discriminator."""

    width: int = 160
    hidden: int = 384
    heads: int = 5
    layers: int = 3

    @staticmethod
    def of(weights: Mapping[str, Tensor | NDArray[Any]]) -> JudgeSize:
        """The size of the discriminator whose weights have these names and shapes; its heads are as wide as always."""
        layers = sum(1 for name in weights if name.startswith("blocks.") and name.endswith(".norm_feed.bias"))
        width = len(weights["norm.bias"])
        return JudgeSize(width, len(weights["blocks.0.grow.bias"]), max(width // HEAD, 1), layers)


class Discriminator(nn.Module):
    """A small transformer over the beat tokens of the window and of the bar before."""

    def __init__(self, size: JudgeSize | None = None) -> None:
        super().__init__()
        width, hidden, heads, layers = size or JudgeSize()
        self.positions = Positions(width)
        self.melody = nn.Linear(2 * 4 * PITCHES, width)
        self.parts = nn.Linear(BEAT_PITCHED, width)
        self.drums = nn.Linear(BEAT_DRUMS, width)
        for reader in (self.melody, self.parts, self.drums):
            # Planes are nearly empty: unless notes weigh as much as places and styles, they go unseen for long.
            nn.init.normal_(reader.weight, std=0.3)
        self.heard = nn.Linear(4, width)
        self.shown = nn.Linear(5, width)
        self.style = nn.Sequential(nn.Linear(STYLE, width), nn.Tanh(), nn.Linear(width, width))
        self.segment = nn.Parameter(torch.randn(2, width) * 0.3)
        self.register_buffer("last_beat", torch.tensor([0.0, 0.0, 0.0, -1e4]), persistent=False)
        self.mix = spectral_norm(nn.Linear(width, width))
        self.blocks = nn.ModuleList(Block(width, hidden, heads, BEATS + 4) for _ in range(layers))
        for block in self.blocks:
            for name in ("grow", "shrink"):
                setattr(block, name, spectral_norm(getattr(block, name)))
            for name in ("query", "key", "value", "out"):
                setattr(block.attention, name, spectral_norm(getattr(block.attention, name)))
        self.norm = Norm(width)
        self.score = spectral_norm(nn.Linear(width, 1))
        self.score_whole = nn.Sequential(
            spectral_norm(nn.Linear(width, width)), nn.LeakyReLU(0.2), spectral_norm(nn.Linear(width, 1))
        )

    last_beat: Tensor

    def forward(self, scene: Scene, pitched: Tensor, drums: Tensor) -> Verdict:
        shown = scene.shown[:, 1:].unsqueeze(2).repeat(1, 1, 2).reshape(-1, 8, 1, 1)
        place = self.positions.table(scene.meter)
        label = (self.shown(scene.shown) + self.style(scene.style)).unsqueeze(1)
        now = (
            self.melody(by_beat(scene.melody, 2, PITCHES))
            + self.heard(scene.heard.reshape(-1, BEATS, 4))
            + self.parts(by_beat(pitched * shown, 8, PITCHES))
            + self.drums((drums * scene.shown[:, :1, None]).reshape(-1, BEATS, BEAT_DRUMS))
            + self.segment[0]
        )
        context, struck = last_bar(scene.meter, scene.context, scene.context_drums)
        played, struck = context[:, 2:] * shown, struck * scene.shown[:, :1, None]
        before = (
            self.melody(context[:, :2].reshape(-1, 2, 4, 4 * PITCHES).transpose(1, 2).flatten(2))
            + self.parts(played.reshape(-1, 8, 4, 4 * PITCHES).transpose(1, 2).flatten(2))
            + self.drums(struck.reshape(-1, 4, BEAT_DRUMS))
            + self.segment[1]
        )
        now, before = now + place + label, before + place[:, :4] + label
        # A row for each take, also where all takes have one window before them.
        x = torch.cat([now, before + 0.0 * now[:, :4]], 1)
        x = self.mix(nn.functional.leaky_relu(x, 0.2))
        unused = self.positions.bias(scene.meter)
        keys = torch.cat([unused, scene.meter[:, 1:2] * self.last_beat], 1)[:, None, None]
        features = [x[:, :BEATS]]
        for number, block in enumerate(self.blocks, 1):
            x = block(x, keys, range(BEATS) if number == len(self.blocks) else None)
            features.append(x[:, :BEATS])
        used = 1.0 + unused * 1e-4
        tokens = self.norm(features[-1])
        beats = self.score(tokens).squeeze(2) * used
        whole = self.score_whole((tokens * used.unsqueeze(2)).sum(1) / used.sum(1, keepdim=True)).squeeze(1)
        return Verdict(beats, whole, tuple(features))


def plain(discriminator: Discriminator) -> Discriminator:
    """Works the spectral norms into the weights, in place, for export; the verdicts stay the same."""
    discriminator.eval()
    for module in list(discriminator.modules()):
        if is_parametrized(module, "weight"):
            remove_parametrizations(module, "weight")
    return discriminator


def adopt(discriminator: Discriminator, judge: Discriminator) -> None:
    """Gives the weights of a plain judge to a discriminator that goes on learning.

    The norms of those weights are 1; the power iteration that estimates them here gets the time to find that.
    """
    own = discriminator.state_dict()
    for name, value in judge.state_dict().items():
        layer, _, kind = name.rpartition(".")
        normed = f"{layer}.parametrizations.{kind}.original"
        own[normed if normed in own else name] = value
    discriminator.load_state_dict(own)
    discriminator.train()
    with torch.no_grad():
        for module in discriminator.modules():
            if is_parametrized(module, "weight"):
                for _ in range(50):  # each access is a step of the power iteration
                    getattr(module, "weight")  # noqa: B009


class Conductor(nn.Module):
    """The discriminator with one score a window: the higher, the more real and the better fitting."""

    def __init__(self, discriminator: Discriminator) -> None:
        super().__init__()
        self.discriminator = discriminator

    def forward(
        self,
        melody: Tensor,
        heard: Tensor,
        context: Tensor,
        context_drums: Tensor,
        style: Tensor,
        meter: Tensor,
        pitched: Tensor,
        drums: Tensor,
        parts: Tensor,
    ) -> Tensor:
        verdict = self.discriminator(Scene(melody, heard, context, context_drums, style, meter, parts), pitched, drums)
        used = 1.0 + self.discriminator.positions.bias(meter) * 1e-4
        score: Tensor = verdict.whole + (verdict.beats * used).sum(1) / used.sum(1)
        return score
