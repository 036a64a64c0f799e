"""Writes a melody network as a file: one event at a time, with a memory of keys and values of a fixed size."""

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
from .events import CHORD, LONGEST, LOOKBACK, LOWEST, MELODY_CONTRACT, MEMORY, NONE, PITCHES, PLACES, SYMBOLS
from .lstm import MelodyLstm
from .transformer import MelodyTransformer

MelodyNetwork = MelodyTransformer | MelodyLstm
#: The name of each network, of its file and of the files beside it.
NAMES: dict[type[MelodyTransformer] | type[MelodyLstm], str] = {
    MelodyTransformer: "melody",
    MelodyLstm: "melody-lstm",
}
READS = ("event", "place", "back", "chords", "distance", "remembered", "keys", "values")
WRITES = ("likely", "key", "value")


class StepGraph(nn.Module):
    """The network as its file has it: all tensors are floats, numbers of rows are whole."""

    def __init__(self, network: MelodyNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        event: Tensor,
        place: Tensor,
        back: Tensor,
        chords: Tensor,
        distance: Tensor,
        remembered: Tensor,
        keys: Tensor,
        values: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """As [`MelodyTransformer.step`]."""
        found: tuple[Tensor, Tensor, Tensor] = self.network.step(
            event.long(), place.long(), back.long(), chords, distance.long(), remembered, keys, values
        )
        return found


def example_inputs(network: MelodyNetwork, batch: int, seed: int) -> tuple[Tensor, ...]:
    """Valid inputs: random events with a memory that is filled in part."""
    random = torch.Generator().manual_seed(seed)

    def whole(below: int, *shape: int) -> Tensor:
        return torch.randint(0, below, shape, generator=random).float()

    place = torch.stack([whole(size, batch) for size in PLACES], 1)
    back = torch.stack([whole(NONE + 1, batch, len(LOOKBACK)), whole(LONGEST + 1, batch, len(LOOKBACK))], 2)
    remembered = (torch.arange(MEMORY + 1).expand(batch, -1) % 5 != 4).float()
    remembered[:, -1] = 1
    memory = (batch, *network.memory())
    return (
        torch.stack([whole(SYMBOLS, batch), 1 + whole(LONGEST, batch)], 1),
        place,
        back,
        whole(2, batch, 2 * CHORD),
        1 + whole(400, batch, MEMORY + 1),
        remembered,
        torch.randn(memory, generator=random).mul(100).round() / 100,
        torch.randn(memory, generator=random).mul(100).round() / 100,
    )


def description(network: MelodyNetwork, training: dict[str, Any], version: str) -> dict[str, Any]:
    """The JSON object `continuo.model`."""
    layers, heads, memory, size = network.memory()
    return {
        "role": "melody",
        "name": NAMES[type(network)],
        "version": version,
        "licence": LICENCE,
        "melody_contract": MELODY_CONTRACT,
        "lowest_pitch": LOWEST,
        "pitches": PITCHES,
        "longest": LONGEST,
        "genres": list(GENRE_IDS),
        "memory": {"layers": layers, "heads": heads, "events": memory, "size": size},
        "training": training,
    }


def export(network: MelodyNetwork, folder: Path, training: dict[str, Any], version: str) -> Path:
    """Writes the file and the reference outputs beside it.

    Raises:
        ValueError: the file differs from PyTorch.
    """
    graph, path = StepGraph(network).eval(), folder / f"{NAMES[type(network)]}.onnx"
    write(graph, example_inputs(network, 1, 1), (READS, WRITES), description(network, training, version), path)
    write_reference(StepGraph(rounded(network)).eval(), path)
    return path


def write_reference(graph: StepGraph, path: Path) -> None:
    """Fixed inputs, and what PyTorch makes of them, for the engine's tests of both runtimes."""
    numbers, cases = bytearray(), []
    for batch, seed in ((1, 11), (2, 12)):
        inputs = example_inputs(graph.network, batch, seed)
        with torch.no_grad():
            outputs = graph(*inputs)
        described = []
        for names, tensors in ((READS, inputs), (WRITES, outputs)):
            rows = []
            for name, tensor in zip(names, tensors, strict=True):
                rows.append({"name": name, "shape": list(tensor.shape), "first": len(numbers) // 4})
                numbers += np.ascontiguousarray(tensor.numpy(), "<f4").tobytes()
            described.append(rows)
        cases.append({"inputs": described[0], "outputs": described[1]})
    facts = {"within": TOLERANCE, "file": path.name, "sha256": checksum(path), "cases": cases}
    beside = path.with_name(f"{path.stem}-reference.json")
    beside.write_text(json.dumps(facts, separators=(",", ":")) + "\n")
    beside.with_suffix(".f32").write_bytes(numbers)
