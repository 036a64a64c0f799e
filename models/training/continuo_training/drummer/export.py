"""Writes the drummer network as drummer.onnx, with reference outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..base.contract import STEPS, VOICES
from ..base.files import checksum
from ..export.description import LICENCE
from ..export.onnx_files import TOLERANCE, write
from .network import FEEL, GENRES, KINDS, Drummer
from .strokes import Performances
from .training import genres_of

CONTRACT = 1
FILE = "drummer.onnx"
READS = ("tap", "hits", "known", "genre", "feel", "kind")
WRITES = ("likely", "velocity", "velocity_spread", "timing", "timing_spread")
REFERENCE = "drummer-reference"


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
    graph, path = DrummerGraph(network).eval(), folder / FILE
    facts = {
        "role": "drummer",
        "name": name,
        "version": version,
        "licence": LICENCE,
        "drummer_contract": CONTRACT,
        "genres": genres_of(p),
        "training": training,
    }
    write(graph, example_inputs(1, 1), (READS, WRITES), facts, path)
    numbers, cases = bytearray(), []
    for batch, seed in ((1, 11), (2, 12)):
        inputs = example_inputs(batch, seed)
        with torch.no_grad():
            outputs = graph(*inputs)
        described = []
        for names, tensors in ((READS, inputs), (WRITES, outputs)):
            rows = []
            for name_of, tensor in zip(names, tensors, strict=True):
                rows.append({"name": name_of, "shape": list(tensor.shape), "first": len(numbers) // 4})
                numbers += np.ascontiguousarray(tensor.numpy(), "<f4").tobytes()
            described.append(rows)
        cases.append({"inputs": described[0], "outputs": described[1]})
    reference = {"within": TOLERANCE, "file": FILE, "sha256": checksum(path), "cases": cases}
    (folder / f"{REFERENCE}.json").write_text(json.dumps(reference, separators=(",", ":")) + "\n")
    (folder / f"{REFERENCE}.f32").write_bytes(numbers)
    return path
