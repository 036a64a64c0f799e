"""Writes the reviser as reviser.onnx."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor, nn

from ..melodies.cell_export import Examples, facts_of, write_network
from ..melodies.steps import READ
from .network import Reviser

FILE = "reviser.onnx"
NAMES = ("cells", "chords", "whole", "doubt"), ("likely",)


class ReviserGraph(nn.Module):
    """The network as its file has it: all tensors are floats."""

    def __init__(self, network: Reviser) -> None:
        super().__init__()
        self.network = network

    def forward(self, cells: Tensor, chords: Tensor, whole: Tensor, doubt: Tensor) -> Tensor:
        """As the network."""
        found: Tensor = self.network(cells.long(), chords, whole, doubt)
        return found


def _inputs(batch: int, seed: int) -> tuple[Tensor, ...]:
    e = Examples(batch, seed)
    return e.cells(READ), e.chords(), e.whole(), e.numbers(1).abs().clamp(max=0.3)


def export(network: Reviser, folder: Path, training: dict[str, Any], version: str) -> Path:
    """Writes the file and its reference outputs.

    Raises:
        ValueError: the file differs from PyTorch.
    """
    path = folder / FILE
    facts = facts_of("reviser", training, version)
    write_network(ReviserGraph(network), (_inputs(1, 11), _inputs(2, 12)), NAMES, facts, path)
    return path
