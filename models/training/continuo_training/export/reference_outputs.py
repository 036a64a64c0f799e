"""Fixed inputs and PyTorch's outputs for them, against which the engine tests both of its runtimes.

`reference-outputs.json` lists cases: the network's file with its checksum, its inputs (for an input of zeros and ones
the places of the ones, otherwise the numbers), and the place of its outputs in `reference-outputs.f32`: little-endian
32-bit floats, one output after another, row after row.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..base import contract as k
from ..base.arrays import Floats
from ..base.files import checksum
from ..musical.chord_vocabulary import CHORDS
from ..networks.discriminator import Conductor
from ..networks.generator import Generator
from ..networks.harmonizer import Harmonizer
from ..networks.style_encoder import StyleEncoder
from .modules import (
    DecoderGraph,
    EncoderGraph,
    HarmonizerGraph,
    StyleEncoderGraph,
    conditions_inputs,
    conductor_inputs,
    decoder_inputs,
    harmonizer_inputs,
    style_encoder_inputs,
)
from .onnx_files import TOLERANCE
from .onnx_weights import conductor_of, generator_of, load

NAME = "reference-outputs"
#: The meters of each case: one window alone, and two windows of different meters.
CASES = (((1.0, 0.0),), ((0.0, 1.0), (1.0, 0.0)))
#: The share of cells of a plane that are 1.
FILLED = 0.03
#: The inputs that hold any numbers.
NUMBERS = ("style", "noise", "encoded")


class ExportedFile:
    """One exported file with its PyTorch module, example inputs, and the names of its inputs and outputs."""

    def __init__(
        self, file: str, module: nn.Module, inputs: tuple[Tensor, ...], reads: tuple[str, ...], writes: tuple[str, ...]
    ) -> None:
        self.file, self.module, self.inputs, self.reads, self.writes = (
            file,
            module.eval().float(),
            inputs,
            reads,
            writes,
        )


def networks(
    generator: Generator, conductor: Conductor | None, encoder: StyleEncoder, harmonizer: Harmonizer | None = None
) -> list[ExportedFile]:
    """All exported files; a run without an adversary has no conductor, and harmonizers have a training of their own."""
    found = [
        ExportedFile(k.ENCODER_FILE, EncoderGraph(generator), conditions_inputs(), k.ENCODER_INPUTS, k.ENCODER_OUTPUTS),
        ExportedFile(
            k.GENERATOR_FILE, DecoderGraph(generator), decoder_inputs(generator), k.DECODER_INPUTS, k.DECODER_OUTPUTS
        ),
        ExportedFile(
            "style-encoder.onnx",
            StyleEncoderGraph(encoder),
            style_encoder_inputs(),
            k.STYLE_ENCODER_INPUTS,
            ("style",),
        ),
    ]
    if conductor is not None:
        found.append(ExportedFile("conductor.onnx", conductor, conductor_inputs(), k.CONDUCTOR_INPUTS, ("score",)))
    if harmonizer is not None:
        names = k.HARMONIZER_INPUTS, k.HARMONIZER_OUTPUTS
        found.append(ExportedFile(k.HARMONIZER_FILE, HarmonizerGraph(harmonizer), harmonizer_inputs(), *names))
    return found


def read_back(folder: Path) -> list[ExportedFile]:
    """The exported files of a folder, their weights read back into PyTorch.

    Raises:
        ValueError: a file lacks weights of its network.
    """
    generator, encoder = generator_of(folder / k.GENERATOR_FILE), StyleEncoder()
    missing = load(encoder, folder / "style-encoder.onnx", "encoder.")
    judge = folder / "conductor.onnx"
    conductor = conductor_of(judge) if judge.exists() else None
    harmonizer = None
    if (folder / k.HARMONIZER_FILE).exists():
        harmonizer = Harmonizer()
        missing += load(harmonizer, folder / k.HARMONIZER_FILE, "harmonizer.")
    if missing:
        raise ValueError(f"the files in {folder} lack {', '.join(missing)}")
    return networks(generator, conductor, encoder, harmonizer)


def given(network: ExportedFile, meters: tuple[tuple[float, float], ...], seed: int) -> dict[str, Floats]:
    """Inputs by name: planes with a few ones, or numbers."""
    random = np.random.default_rng(seed)
    out: dict[str, Floats] = {}
    for name, example in zip(network.reads, network.inputs, strict=True):
        shape = (len(meters), *example.shape[1:])
        # An input with one number a step or a part is more often 1 than a cell of a plane.
        share = FILLED if len(shape) > 3 or shape[-1] == k.VOICES else 0.7
        out[name] = (random.random(shape) < share).astype(np.float32)
        if name in NUMBERS:
            out[name] = random.standard_normal(shape).astype(np.float32).round(4)
    if "meter" in out:
        out["meter"] = np.array(meters, np.float32)
    if "encoded" in out:
        out["encoded"] = _encoded(network.module, meters, seed)
        out["given_chords"] *= 0.0
        chords, basses = random.integers(0, CHORDS, out["chords_given"].shape), random.integers(0, 12, (k.SLOTS,))
        np.put_along_axis(out["given_chords"], chords[..., None], 1.0, 2)
        out["given_chords"][:, np.arange(k.SLOTS), CHORDS + basses] = 1.0
        out["given_chords"] *= out["chords_given"][..., None]
    return out


def _encoded(decoder: nn.Module, meters: tuple[tuple[float, float], ...], seed: int) -> Floats:
    """Encoded windows of these meters for a decoder."""
    generator = decoder.get_submodule("generator")
    assert isinstance(generator, Generator)
    reader = ExportedFile("", EncoderGraph(generator), conditions_inputs(), k.ENCODER_INPUTS, k.ENCODER_OUTPUTS)
    inputs = given(reader, meters, seed + 5)
    with torch.no_grad():
        encoded: Floats = reader.module(*(torch.from_numpy(inputs[n]) for n in reader.reads)).numpy()
    return encoded.round(4)


def _described(name: str, values: Floats) -> dict[str, Any]:
    shape = {"name": name, "shape": list(values.shape)}
    if name in NUMBERS:
        return shape | {"values": [round(float(x), 4) for x in values.ravel()]}
    return shape | {"ones": np.flatnonzero(values).tolist()}


def write(folder: Path, found: list[ExportedFile]) -> None:
    """Writes the two files beside the exported ones.

    Raises:
        ValueError: an output is NaN or infinite.
    """
    cases, numbers = [], bytearray()
    for number, network in enumerate(found):
        for meters in CASES:
            inputs = given(network, meters, 10 * number + len(meters))
            with torch.no_grad():
                made = network.module(*(torch.from_numpy(inputs[n]) for n in network.reads))
            outputs = []
            for name, tensor in zip(network.writes, made if isinstance(made, tuple) else (made,), strict=True):
                values = np.ascontiguousarray(tensor.numpy(), "<f4")
                if not np.isfinite(values).all():
                    raise ValueError(f"{name} of {network.file} holds NaN or infinity")
                outputs.append({"name": name, "shape": list(values.shape), "first": len(numbers) // 4})
                numbers += values.tobytes()
            described = [_described(n, inputs[n]) for n in network.reads]
            sealed = checksum(folder / network.file)
            cases.append({"file": network.file, "sha256": sealed, "inputs": described, "outputs": outputs})
    facts = {"within": TOLERANCE, "pytorch": torch.__version__, "cases": cases}
    (folder / f"{NAME}.json").write_text(json.dumps(facts, separators=(",", ":")) + "\n")
    (folder / f"{NAME}.f32").write_bytes(numbers)
