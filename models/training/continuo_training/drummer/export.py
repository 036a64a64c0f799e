"""Writes the drummer network as drummer.onnx, with reference outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..base.contract import STEPS, VOICES
from ..export.description import LICENCE
from ..melodies.cell_export import write_network
from .network import FEEL, GENRES, KINDS, Drummer
from .performances import kept
from .strokes import Performances
from .training import genres_of

CONTRACT = 1
FILE = "drummer.onnx"
READS = ("tap", "hits", "known", "genre", "feel", "kind")
WRITES = ("likely", "velocity", "velocity_spread", "timing", "timing_spread")


class DrummerGraph(nn.Module):
    """The network as its file has it."""

    def __init__(self, network: Drummer) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, tap: Tensor, hits: Tensor, known: Tensor, genre: Tensor, feel: Tensor, kind: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """As the network."""
        found: tuple[Tensor, Tensor, Tensor, Tensor, Tensor] = tuple(self.network(tap, hits, known, genre, feel, kind))
        return found


def example_inputs(batch: int, seed: int) -> tuple[Tensor, ...]:
    """Inputs with some strokes known."""
    random = torch.Generator().manual_seed(seed)

    def ones(share: float, *shape: int) -> Tensor:
        return (torch.rand(shape, generator=random) < share).float()

    kinds = torch.eye(KINDS)[torch.arange(batch) % KINDS]
    genres = torch.eye(GENRES)[torch.arange(batch) % GENRES]
    tap, hits = ones(0.4, batch, STEPS, 3), ones(0.2, batch, STEPS, VOICES)
    return tap, hits, ones(0.5, batch, STEPS, VOICES), genres, ones(0.5, batch, FEEL), kinds


def export(network: Drummer, p: Performances, folder: Path, training: dict[str, Any], name: str, version: str) -> Path:
    """Writes the file and the reference outputs beside it.

    Raises:
        ValueError: the file differs from PyTorch.
    """
    graph, path = DrummerGraph(network), folder / FILE
    genres = [
        genre | {"performances": [drummer.text() for drummer in drummers]}
        for genre, drummers in zip(genres_of(p), kept(network, p), strict=True)
    ]
    facts = {
        "role": "drummer",
        "name": name,
        "version": version,
        "licence": LICENCE,
        "drummer_contract": CONTRACT,
        "genres": genres,
        "training": training,
    }
    examples = (example_inputs(1, 11), example_inputs(2, 12))
    write_network(graph, examples, (READS, WRITES), facts, path)
    return path
