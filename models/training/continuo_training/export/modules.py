"""The networks with the contract's inputs, in the contract's order."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..base import contract as k
from ..networks.generator import Conditions, Generator
from ..networks.style_encoder import StyleEncoder


class GeneratorForExport(nn.Module):
    """The generator with the contract's inputs in the contract's order."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(
        self,
        melody: Tensor,
        heard: Tensor,
        context: Tensor,
        context_drums: Tensor,
        given: Tensor,
        given_drums: Tensor,
        given_parts: Tensor,
        style: Tensor,
        noise: Tensor,
        meter: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        conditions = Conditions(melody, heard, context, context_drums, given, given_drums, given_parts, style, meter)
        outputs: tuple[Tensor, Tensor, Tensor, Tensor] = self.generator(conditions, noise)
        return outputs


def example_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes, in the contract's order."""
    style = torch.zeros(batch, k.STYLE)
    meter = torch.tensor([[1.0, 0.0]]).repeat(batch, 1)
    return (
        torch.zeros(batch, 2, k.STEPS, k.PITCHES),
        torch.ones(batch, k.STEPS),
        torch.zeros(batch, 10, k.STEPS, k.PITCHES),
        torch.zeros(batch, k.STEPS, k.VOICES),
        torch.zeros(batch, 8, k.STEPS, k.PITCHES),
        torch.zeros(batch, k.STEPS, k.VOICES),
        torch.zeros(batch, 5),
        style,
        torch.zeros(batch, k.NOISE),
        meter,
    )


class EncoderForExport(nn.Module):
    """The style encoder inside a module, so that its weights have a prefix in the file."""

    def __init__(self, encoder: StyleEncoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, melody: Tensor, pitched: Tensor, drums: Tensor, parts: Tensor, meter: Tensor) -> Tensor:
        style: Tensor = self.encoder(melody, pitched, drums, parts, meter)
        return style


def conductor_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes for a conductor."""
    full = dict(zip(k.INPUT_NAMES, example_inputs(batch), strict=True))
    full |= {"pitched": full["given"], "drums": full["given_drums"], "parts": torch.ones(batch, 5)}
    return tuple(full[name] for name in k.CONDUCTOR_INPUTS)


def encoder_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes for a style encoder."""
    full = dict(zip(k.CONDUCTOR_INPUTS, conductor_inputs(batch), strict=True))
    return tuple(full[name] for name in k.ENCODER_INPUTS)
