"""Writes the space of phrases as phrase-encoder.onnx and phrase-decoder.onnx."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..melodies.cell_export import Examples, facts_of, write_network
from ..melodies.steps import READ
from .network import BACK, PHRASE, POINT, Decoder, Encoder, PhraseSpace

ENCODER, DECODER = "phrase-encoder", "phrase-decoder"
ENCODER_NAMES = ("cells", "whole"), ("mean", "log_variance")
DECODER_NAMES = ("before", "point", "whole", "number", "state"), ("likely", "next_state")


class EncoderGraph(nn.Module):
    """The encoder as its file has it: all tensors are floats."""

    def __init__(self, network: Encoder) -> None:
        super().__init__()
        self.network = network

    def forward(self, cells: Tensor, whole: Tensor) -> tuple[Tensor, Tensor]:
        """As the network."""
        found: tuple[Tensor, Tensor] = self.network(cells.long(), whole)
        return found


class DecoderGraph(nn.Module):
    """The decoder as its file has it: one cell at a time."""

    def __init__(self, network: Decoder) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, before: Tensor, point: Tensor, whole: Tensor, number: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """As the network's step."""
        return self.network.step(before.long(), point, whole, number, state)


def _encoder_inputs(batch: int, seed: int) -> tuple[Tensor, ...]:
    e = Examples(batch, seed)
    return e.cells(READ, PHRASE), e.whole()


def _decoder_inputs(batch: int, seed: int, hidden: int) -> tuple[Tensor, ...]:
    e = Examples(batch, seed)
    # The first row begins a phrase, the others go on.
    number = torch.arange(batch).float().unsqueeze(1) * 7
    return e.symbols(READ, len(BACK)), e.numbers(POINT), e.whole(), number, e.numbers(hidden).clamp(-1, 1)


def export(space: PhraseSpace, folder: Path, training: dict[str, Any], version: str) -> list[Path]:
    """Writes both files and their reference outputs.

    Raises:
        ValueError: a file differs from PyTorch.
    """
    paths = [folder / f"{name}.onnx" for name in (ENCODER, DECODER)]
    facts = facts_of(ENCODER, training, version) | {"point": POINT}
    examples = _encoder_inputs(1, 21), _encoder_inputs(2, 22)
    write_network(EncoderGraph(space.encoder), examples, ENCODER_NAMES, facts, paths[0])
    hidden = space.decoder.cell.hidden_size
    facts = facts_of(DECODER, training, version) | {"point": POINT, "state": hidden}
    decoder_examples = _decoder_inputs(1, 31, hidden), _decoder_inputs(3, 32, hidden)
    write_network(DecoderGraph(space.decoder), decoder_examples, DECODER_NAMES, facts, paths[1])
    return paths
