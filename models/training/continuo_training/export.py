"""Writes a trained generator as one ONNX file in the contract's form."""

from __future__ import annotations

import hashlib
import json
import statistics
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from . import contract as k
from .network import Conditions, Generator

CHECKSUM_KEY = "continuo.checksum"


class Exported(nn.Module):
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
    ) -> tuple[Tensor, Tensor, Tensor]:
        conditions = Conditions(melody, heard, context, context_drums, given, given_drums, given_parts, style, meter)
        outputs: tuple[Tensor, Tensor, Tensor] = self.generator(conditions, noise)
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


def description(generator: Generator, training: dict[str, Any], name: str, version: str) -> dict[str, Any]:
    """The JSON object `continuo.model`."""
    styles = generator.styles.weight.detach().double().tolist()
    return {
        "name": name,
        "version": version,
        "licence": "GPL-3.0-or-later",
        "steps": k.STEPS,
        "lowest_pitch": k.LOWEST,
        "pitches": k.PITCHES,
        "style_size": k.STYLE,
        "noise_size": k.NOISE,
        "parts": list(k.PARTS),
        "drum_voices": list(k.DRUM_VOICES),
        "default_genre": k.DEFAULT_GENRE,
        "genres": [
            {
                "id": g.id,
                "name": g.name,
                "style": [round(x, 6) for x in styles[i]],
                "parts": list(g.parts),
                "programs": g.programs,
            }
            for i, g in enumerate(k.GENRES)
        ],
        "training": training,
    }


def seal(data: bytes, placeholder: str) -> bytes:
    """Puts the SHA-256 of `data` (where the 64 digits of `placeholder` count as zeros) in their place."""
    mark = placeholder.encode()
    if len(mark) != 64 or data.count(mark) != 1:
        raise ValueError("the checksum's place must occur exactly once")
    digest = hashlib.sha256(data.replace(mark, b"0" * 64)).hexdigest()
    return data.replace(mark, digest.encode())


def verify(data: bytes, checksum: str) -> bool:
    """Whether the file's bytes agree with the checksum in its metadata."""
    if len(checksum) != 64 or data.count(checksum.encode()) != 1:
        return False
    return hashlib.sha256(data.replace(checksum.encode(), b"0" * 64)).hexdigest() == checksum


def export(generator: Generator, path: Path, training: dict[str, Any], name: str, version: str) -> dict[str, Any]:
    """Exports, adds the metadata and the checksum, and returns the description."""
    import onnx

    generator = generator.eval().float()
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = path.with_suffix(".raw")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported(generator).eval(),
            example_inputs(),
            str(raw),
            input_names=list(k.INPUT_NAMES),
            output_names=list(k.OUTPUT_NAMES),
            dynamic_axes={n: {0: "batch"} for n in (*k.INPUT_NAMES, *k.OUTPUT_NAMES)},
            opset_version=17,
            do_constant_folding=True,
            dynamo=False,
        )
    model = onnx.load(str(raw))
    raw.unlink()
    for node in model.graph.node:
        node.doc_string = ""
    del model.metadata_props[:]
    placeholder = hashlib.sha256(b"the place of the checksum").hexdigest()
    facts = description(generator, training, name, version)
    for key, value in (
        ("continuo.contract", str(k.CONTRACT)),
        (CHECKSUM_KEY, placeholder),
        ("continuo.model", json.dumps(facts, ensure_ascii=False)),
    ):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    sealed = seal(model.SerializeToString(), placeholder)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(sealed)
    temporary.replace(path)
    return facts


def milliseconds(path: Path, passes: int = 60) -> tuple[float, str]:
    """The median processor time of a pass in ONNX Runtime on one thread, its outputs checked; and its version."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options)
    inputs = {n: x.numpy() for n, x in zip(k.INPUT_NAMES, example_inputs(), strict=True)}
    times = []
    for _ in range(passes):
        start = time.process_time()
        outputs = session.run(None, inputs)
        times.append(1000 * (time.process_time() - start))
        if not all(np.isfinite(x).all() and x.min() >= 0 and x.max() <= 1 for x in outputs):
            raise ValueError("an output is not a probability")
    return statistics.median(times), onnxruntime.__version__
