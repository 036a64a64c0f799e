"""Writes a network over cells (models/PHRASES.md) as a file, with reference outputs for the engine's tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..base.contract import GENRE_IDS
from ..base.files import checksum
from ..export.description import LICENCE
from ..export.half import rounded
from ..export.onnx_files import TOLERANCE, write
from .events import LOWEST, PITCHES
from .steps import ABSENT, CELLS, CHORD_SLOTS, GENRES, MODES, SLOT, WHOLE

CELL_CONTRACT = 1


def facts_of(role: str, training: dict[str, Any], version: str) -> dict[str, Any]:
    """The JSON object `continuo.model`."""
    return {
        "role": role,
        "name": role,
        "version": version,
        "licence": LICENCE,
        "cell_contract": CELL_CONTRACT,
        "lowest_pitch": LOWEST,
        "pitches": PITCHES,
        "genres": list(GENRE_IDS),
        "training": training,
    }


class Examples:
    """Random inputs of the shapes and ranges that the contract has."""

    def __init__(self, batch: int, seed: int) -> None:
        self.batch, self.random = batch, torch.Generator().manual_seed(seed)

    def whole(self) -> Tensor:
        """[B, 14]."""
        found = torch.zeros(self.batch, WHOLE)
        for row in range(self.batch):
            found[row, (3 * row + 1) % GENRES] = 1
            found[row, GENRES + row % MODES] = 1
            found[row, -1] = row % 2
        return found

    def symbols(self, below: int, *shape: int) -> Tensor:
        """[B, …]: whole numbers."""
        return torch.randint(0, below, (self.batch, *shape), generator=self.random).float()

    def cells(self, below: int, count: int = CELLS) -> Tensor:
        """[B, count]: every second window has bars of 12 steps."""
        found = self.symbols(below, count)
        found[1::2, torch.arange(count) % SLOT >= 12] = ABSENT
        return found

    def chords(self) -> Tensor:
        """[B, 16, 25]."""
        return (torch.rand(self.batch, CHORD_SLOTS, 25, generator=self.random) < 0.2).float()

    def numbers(self, *shape: int) -> Tensor:
        """[B, …]: near 0."""
        return torch.randn(self.batch, *shape, generator=self.random).mul(100).round() / 100


def write_network(
    graph: nn.Module,
    examples: tuple[tuple[Tensor, ...], tuple[Tensor, ...]],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    facts: dict[str, Any],
    path: Path,
) -> None:
    """Writes the file and its reference outputs for the examples: of one window, and of several.

    Raises:
        ValueError: the file differs from PyTorch.
    """
    graph = rounded(graph.eval())
    write(graph, examples[0], names, facts, path)
    numbers, cases = bytearray(), []
    for inputs in examples:
        with torch.no_grad():
            made = graph(*inputs)
        outputs = made if isinstance(made, tuple) else (made,)
        described = []
        for part, tensors in zip(names, (inputs, outputs), strict=True):
            rows = []
            for name, tensor in zip(part, tensors, strict=True):
                rows.append({"name": name, "shape": list(tensor.shape), "first": len(numbers) // 4})
                numbers += np.ascontiguousarray(tensor.numpy(), "<f4").tobytes()
            described.append(rows)
        cases.append({"inputs": described[0], "outputs": described[1]})
    reference = {"within": TOLERANCE, "file": path.name, "sha256": checksum(path), "cases": cases}
    beside = path.with_name(f"{path.stem}-reference.json")
    beside.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
    beside.with_suffix(".f32").write_bytes(numbers)
