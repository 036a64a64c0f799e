"""The networks with the contract's inputs, in the contract's order."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..base import contract as k
from ..musical.chord_vocabulary import CHORD_SIZE
from ..networks.encoded import unpacked
from ..networks.generator import Conditions, Generator
from ..networks.harmonizer import Harmonizer
from ..networks.style_encoder import StyleEncoder


class EncoderGraph(nn.Module):
    """The generator's encoder with the contract's inputs in the contract's order."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, *inputs: Tensor) -> Tensor:
        """The vector `encoded` from the inputs named in `ENCODER_INPUTS`."""
        return self.generator.encode(Conditions(*inputs)).packed()


class DecoderGraph(nn.Module):
    """The rest of the generator: writes takes of an encoded window."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, encoded: Tensor, noise: Tensor, given_chords: Tensor, chords_given: Tensor) -> tuple[Tensor, ...]:
        """The outputs named in `DECODER_OUTPUTS`."""
        e = unpacked(encoded, self.generator.size.width)
        return self.generator.play(e, noise, given_chords, chords_given)


def whole(generator: Generator, conditions: tuple[Tensor, ...], rest: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The outputs of both networks in one pass: of `ENCODER_INPUTS`, and of `DECODER_INPUTS` after the first."""
    return generator.play(generator.encode(Conditions(*conditions)), *rest)


def conditions_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes for the encoder, in the contract's order."""
    return (
        torch.zeros(batch, 2, k.STEPS, k.PITCHES),
        torch.ones(batch, k.STEPS),
        torch.zeros(batch, 10, k.STEPS, k.PITCHES),
        torch.zeros(batch, k.STEPS, k.VOICES),
        torch.zeros(batch, 8, k.STEPS, k.PITCHES),
        torch.zeros(batch, k.STEPS, k.VOICES),
        torch.zeros(batch, 5),
        torch.zeros(batch, k.STYLE),
        torch.tensor([[1.0, 0.0]]).repeat(batch, 1),
    )


def take_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes for the decoder after the encoder's vector: noise, and no given chord."""
    return (
        torch.zeros(batch, k.NOISE),
        torch.zeros(batch, k.SLOTS, CHORD_SIZE),
        torch.zeros(batch, k.SLOTS),
    )


def decoder_inputs(generator: Generator, batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes for the decoder, in the contract's order."""
    with torch.no_grad():
        encoded = generator.encode(Conditions(*conditions_inputs(batch))).packed()
    return (encoded, *take_inputs(batch))


class StyleEncoderGraph(nn.Module):
    """The style encoder inside a module, so that its weights have a prefix in the file."""

    def __init__(self, encoder: StyleEncoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, melody: Tensor, pitched: Tensor, drums: Tensor, parts: Tensor, meter: Tensor) -> Tensor:
        style: Tensor = self.encoder(melody, pitched, drums, parts, meter)
        return style


class HarmonizerGraph(nn.Module):
    """The harmonizer inside a module, so that its weights have a prefix in the file."""

    def __init__(self, harmonizer: Harmonizer) -> None:
        super().__init__()
        self.harmonizer = harmonizer

    def forward(self, *inputs: Tensor) -> Tensor:
        """The output `likely` from the inputs named in `HARMONIZER_INPUTS`."""
        likely: Tensor = self.harmonizer(*inputs)
        return likely


def harmonizer_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes for a harmonizer."""
    full = dict(zip(k.ENCODER_INPUTS, conditions_inputs(batch), strict=True))
    full["melody_before"] = full["melody"]
    full |= dict(zip(k.DECODER_INPUTS[1:], take_inputs(batch), strict=True))
    return tuple(full[name] for name in k.HARMONIZER_INPUTS)


def conductor_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes for a conductor."""
    full = dict(zip(k.ENCODER_INPUTS, conditions_inputs(batch), strict=True))
    full |= {"pitched": full["given"], "drums": full["given_drums"], "parts": torch.ones(batch, 5)}
    return tuple(full[name] for name in k.CONDUCTOR_INPUTS)


def style_encoder_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of the right shapes for a style encoder."""
    full = dict(zip(k.CONDUCTOR_INPUTS, conductor_inputs(batch), strict=True))
    return tuple(full[name] for name in k.STYLE_ENCODER_INPUTS)
