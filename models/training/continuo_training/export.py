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

from . import contract as k
from .discriminator import Conductor
from .encoder import StyleEncoder
from .network import Conditions, Generator

CHECKSUM_KEY = "continuo.checksum"
LICENCE = "GPL-3.0-or-later"
#: A genre beside the shipped ones, and its point.
OwnGenre = tuple[k.Genre, list[float]]
#: Asks for the exporter that writes one file; older releases of PyTorch have no other and do not know the word.
CLASSIC: dict[str, Any] = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
#: How far ONNX Runtime may be from PyTorch.
TOLERANCE = 1e-4


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
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        conditions = Conditions(melody, heard, context, context_drums, given, given_drums, given_parts, style, meter)
        outputs: tuple[Tensor, Tensor, Tensor, Tensor] = self.generator(conditions, noise)
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


class ExportedEncoder(nn.Module):
    """The style encoder under a name of its own, so that its weights can be found in the file."""

    def __init__(self, encoder: StyleEncoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, melody: Tensor, pitched: Tensor, drums: Tensor, parts: Tensor, meter: Tensor) -> Tensor:
        style: Tensor = self.encoder(melody, pitched, drums, parts, meter)
        return style


def conductor_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of a conductor."""
    full = dict(zip(k.INPUT_NAMES, example_inputs(batch), strict=True))
    full |= {"pitched": full["given"], "drums": full["given_drums"], "parts": torch.ones(batch, 5)}
    return tuple(full[name] for name in k.CONDUCTOR_INPUTS)


def encoder_inputs(batch: int = 1) -> tuple[Tensor, ...]:
    """Inputs of a style encoder."""
    full = dict(zip(k.CONDUCTOR_INPUTS, conductor_inputs(batch), strict=True))
    return tuple(full[name] for name in k.ENCODER_INPUTS)


def style_space(generator: Generator) -> str:
    """A name that files share whose styles mean the same: a digest of the genres' points."""
    points = np.round(generator.styles.weight.detach().double().numpy(), 6)
    return hashlib.sha256(points.tobytes()).hexdigest()[:16]


def description(
    generator: Generator, training: dict[str, Any], name: str, version: str, own: OwnGenre | None = None
) -> dict[str, Any]:
    """The generator's JSON object `continuo.model`."""
    styles = generator.styles.weight.detach().double().tolist()
    genres = list(k.GENRES)
    if own is not None:
        # After the others: a project means a genre by its place, and must go on meaning the same.
        genres, styles = [*genres, own[0]], [*styles, own[1]]
    return {
        "name": name,
        "version": version,
        "licence": LICENCE,
        "steps": k.STEPS,
        "lowest_pitch": k.LOWEST,
        "pitches": k.PITCHES,
        "style_size": k.STYLE,
        "style_space": style_space(generator),
        "noise_size": k.NOISE,
        "parts": list(k.PARTS),
        "drum_voices": list(k.DRUM_VOICES),
        "default_genre": own[0].id if own is not None else k.DEFAULT_GENRE,
        "genres": [
            {
                "id": g.id,
                "name": g.name,
                "style": [round(x, 6) for x in styles[i]],
                "parts": list(g.parts),
                "programs": g.programs,
            }
            for i, g in enumerate(genres)
        ],
        "training": training,
    }


def helper(role: str, generator: Generator, training: dict[str, Any], name: str, version: str) -> dict[str, Any]:
    """The JSON object `continuo.model` of a conductor or a style encoder."""
    return {
        "role": role,
        "name": name,
        "version": version,
        "licence": LICENCE,
        "style_size": k.STYLE,
        "style_space": style_space(generator),
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


def write(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    facts: dict[str, Any],
    path: Path,
) -> None:
    """Exports one network, adds the metadata and the checksum, and checks the file's numbers against PyTorch's."""
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
        ValueError: when an output of either is not a finite number; no comparison would notice it.
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
                raise ValueError(f"{path.name} answers with what is not a number; its weights cannot be used")
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
    """Exports the generator, with a genre of its own if it has one, and returns its description."""
    facts = description(generator, training, name, version, own)
    write(Exported(generator), example_inputs(), (k.INPUT_NAMES, k.OUTPUT_NAMES), facts, path)
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
    """Exports conductor and style encoder beside their generator; a run without an adversary has no conductor."""
    if conductor is None:
        # One of an earlier run would belong to another style space, and the engine would refuse it.
        (folder / "conductor.onnx").unlink(missing_ok=True)
    else:
        facts = helper("conductor", generator, training, name, version)
        write(conductor, conductor_inputs(), (k.CONDUCTOR_INPUTS, ("score",)), facts, folder / "conductor.onnx")
    facts = helper("style encoder", generator, training, name, version)
    names = (k.ENCODER_INPUTS, ("style",))
    write(ExportedEncoder(encoder), encoder_inputs(), names, facts, folder / "style-encoder.onnx")


def milliseconds(path: Path, inputs: dict[str, Tensor] | None = None, passes: int = 60) -> tuple[float, str]:
    """The median processor time of a pass in ONNX Runtime on one thread; and its version."""
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
            raise ValueError("an output is not a number")
    return statistics.median(times), onnxruntime.__version__
