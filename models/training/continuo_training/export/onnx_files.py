"""Writes the trained networks as ONNX files in the contract's form: generator, conductor, style encoder."""

from __future__ import annotations

import hashlib
import inspect
import json
import statistics
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..base import contract as k
from ..networks.discriminator import Conductor
from ..networks.generator import Generator
from ..networks.style_encoder import StyleEncoder
from .description import OwnGenre, description, helper
from .modules import EncoderForExport, GeneratorForExport, conductor_inputs, encoder_inputs, example_inputs

CHECKSUM_KEY = "continuo.checksum"
#: Selects the exporter that writes one file; older releases of PyTorch have no other, and no such option.
CLASSIC: dict[str, Any] = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
#: The largest allowed difference between ONNX Runtime and PyTorch.
TOLERANCE = 1e-4


def seal(data: bytes, placeholder: str) -> bytes:
    """Replaces the 64 digits of `placeholder` by the SHA-256 of `data`, for which they count as zeros."""
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


def write(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    facts: dict[str, Any],
    path: Path,
) -> None:
    """Exports one network with metadata and checksum, and checks the outputs of the file against PyTorch's."""
    import onnx

    module = module.eval().float()
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = path.with_suffix(".raw")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            inputs,
            str(raw),
            input_names=list(names[0]),
            output_names=list(names[1]),
            dynamic_axes={n: {0: "batch"} for n in (*names[0], *names[1])},
            opset_version=17,
            do_constant_folding=True,
            **CLASSIC,
        )
    model = onnx.load(str(raw))
    raw.unlink()
    for node in model.graph.node:
        node.doc_string = ""
    del model.metadata_props[:]
    placeholder = hashlib.sha256(b"the place of the checksum").hexdigest()
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
    try:
        far = difference(module, temporary, inputs, names)
        if not far <= TOLERANCE:
            raise ValueError(f"{path.name} differs from PyTorch by {far:.2g}, more than {TOLERANCE:g}")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def difference(
    module: nn.Module, path: Path, inputs: tuple[Tensor, ...], names: tuple[tuple[str, ...], tuple[str, ...]]
) -> float:
    """The largest difference between PyTorch and ONNX Runtime on random planes, in both meters and batch sizes.

    Raises:
        ValueError: an output of either is NaN or infinite, which no comparison would notice.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    random = torch.Generator().manual_seed(4)
    worst = 0.0
    for batch, meter in ((1, [1.0, 0.0]), (3, [0.0, 1.0])):
        given = []
        for name, example in zip(names[0], inputs, strict=True):
            shape = (batch, *example.shape[1:])
            planes = (torch.rand(shape, generator=random) < 0.05).float()
            wide = name in ("style", "noise")
            given.append(torch.randn(shape, generator=random) if wide else planes)
            if name == "meter":
                given[-1] = torch.tensor([meter]).repeat(batch, 1)
        found = session.run(None, {n: x.numpy() for n, x in zip(names[0], given, strict=True)})
        with torch.no_grad():
            expected = module(*given)
        wanted = expected if isinstance(expected, tuple) else (expected,)
        for here, there in zip(found, wanted, strict=True):
            if not (np.isfinite(here).all() and bool(torch.isfinite(there).all())):
                raise ValueError(f"{path.name} returns NaN or infinity; its weights are not usable")
            worst = max(worst, float(np.abs(here - there.numpy()).max()))
    return worst


def export(
    generator: Generator,
    path: Path,
    training: dict[str, Any],
    name: str,
    version: str,
    own: OwnGenre | None = None,
) -> dict[str, Any]:
    """Exports the generator, with the user's own genre if there is one; returns its description."""
    facts = description(generator, training, name, version, own)
    write(GeneratorForExport(generator), example_inputs(), (k.INPUT_NAMES, k.OUTPUT_NAMES), facts, path)
    return facts


def export_helpers(
    generator: Generator,
    conductor: Conductor | None,
    encoder: StyleEncoder,
    folder: Path,
    training: dict[str, Any],
    name: str,
    version: str,
) -> None:
    """Exports conductor and style encoder beside the generator; a run without an adversary has no conductor."""
    if conductor is None:
        # The conductor of an earlier run belongs to another style space; the engine would refuse it.
        (folder / "conductor.onnx").unlink(missing_ok=True)
    else:
        facts = helper("conductor", generator, training, name, version)
        write(conductor, conductor_inputs(), (k.CONDUCTOR_INPUTS, ("score",)), facts, folder / "conductor.onnx")
    facts = helper("style encoder", generator, training, name, version)
    names = (k.ENCODER_INPUTS, ("style",))
    write(EncoderForExport(encoder), encoder_inputs(), names, facts, folder / "style-encoder.onnx")


def milliseconds(path: Path, inputs: dict[str, Tensor] | None = None, passes: int = 60) -> tuple[float, str]:
    """The median processor time of a pass in ONNX Runtime on one thread, and the version of ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options)
    inputs = inputs or dict(zip(k.INPUT_NAMES, example_inputs(), strict=True))
    arrays = {n: x.numpy() for n, x in inputs.items()}
    times = []
    for _ in range(passes):
        start = time.process_time()
        outputs = session.run(None, arrays)
        times.append(1000 * (time.process_time() - start))
        if not all(np.isfinite(x).all() for x in outputs):
            raise ValueError("the model returned NaN or infinity")
    return statistics.median(times), onnxruntime.__version__
