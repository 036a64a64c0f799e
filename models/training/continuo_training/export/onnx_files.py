"""Writes the trained networks as ONNX files in the contract's form: generator, conductor, style encoder."""

from __future__ import annotations

import hashlib
import inspect
import json
import statistics
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from ..base import contract as k
from ..networks.discriminator import Conductor
from ..networks.encoded import packed_size
from ..networks.generator import Generator
from ..networks.harmonizer import Harmonizer
from ..networks.style_encoder import StyleEncoder
from .description import OwnGenre, chords, description, helper
from .half import rounded, store_half
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
    take_inputs,
    whole,
)
from .simplified import simplify
from .sizes import name_sizes

if TYPE_CHECKING:
    from onnx import ModelProto

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


def sealed_bytes(model: ModelProto, facts: dict[str, Any]) -> bytes:
    """The file's bytes with metadata and checksum."""
    import onnx

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
    return seal(model.SerializeToString(), placeholder)


def write(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    facts: dict[str, Any],
    path: Path,
) -> None:
    """Exports one network with metadata and checksum, and checks the outputs of the file against PyTorch's.

    The file holds the large weights rounded to 16 bits, see `half`.
    """
    import onnx

    module = rounded(module.eval().float())
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
            dynamic_axes={n: {0: k.SHARED.get(names[0], {}).get(n, "batch")} for n in (*names[0], *names[1])},
            opset_version=17,
            do_constant_folding=True,
            **CLASSIC,
        )
    model = onnx.load(str(raw))
    raw.unlink()
    simplify(model)
    name_sizes(model)
    store_half(model)
    sealed = sealed_bytes(model, facts)
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
    worst = 0.0
    for batch, meter in ((1, (1.0, 0.0)), (3, (0.0, 1.0))):
        # Several encoded windows of either meter are as good as their example.
        examples = tuple(x.repeat(batch, *[1] * (x.ndim - 1)) for x in inputs)
        made = random_inputs(names[0], examples, meter, 4 + batch)
        given = list((made | ({"encoded": examples[0]} if "encoded" in made else {})).values())
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
    """Exports the generator, with the user's own genre if there is one; returns its description.

    The encoder is written beside `path`, which holds the decoder. Checks that both play what the whole network plays.

    Raises:
        ValueError: a file, or the two together, differ from PyTorch.
    """
    generator = rounded(generator)
    beside = path.with_name(k.ENCODER_FILE)
    facts = helper("encoder", generator, training, name, version) | {"encoded_size": packed_size(generator.size.width)}
    write(EncoderGraph(generator), conditions_inputs(), (k.ENCODER_INPUTS, k.ENCODER_OUTPUTS), facts, beside)
    try:
        sealed = checksum_of(beside.read_bytes())
        facts = description(generator, training, name, version, sealed, own)
        names = k.DECODER_INPUTS, k.DECODER_OUTPUTS
        write(DecoderGraph(generator), decoder_inputs(generator), names, facts, path)
        far = difference_together(generator, beside, path)
        if not far <= TOLERANCE:
            raise ValueError(f"{beside.name} and {path.name} together differ from PyTorch by {far:.2g}")
    except ValueError:
        path.unlink(missing_ok=True)
        beside.unlink(missing_ok=True)
        raise
    return facts


def checksum_of(data: bytes) -> str:
    """The checksum in a file's metadata."""
    import onnx

    return str({p.key: p.value for p in onnx.load_from_string(data).metadata_props}[CHECKSUM_KEY])


def random_inputs(
    names: tuple[str, ...], examples: tuple[Tensor, ...], meter: tuple[float, float], seed: int
) -> dict[str, Tensor]:
    """Inputs of the examples' shapes: planes with a few ones, or numbers."""
    random = torch.Generator().manual_seed(seed)
    found: dict[str, Tensor] = {}
    for name, example in zip(names, examples, strict=True):
        wide = name in ("style", "noise", "encoded")
        numbers = torch.randn(example.shape, generator=random)
        found[name] = numbers if wide else (torch.rand(example.shape, generator=random) < 0.05).float()
    if "meter" in found:
        found["meter"] = torch.tensor([meter]).repeat(len(examples[0]), 1)
    return found


def difference_together(generator: Generator, encoder: Path, decoder: Path) -> float:
    """The largest difference between the two files in ONNX Runtime and the whole network in PyTorch.

    Several takes of one encoded window, one of them with given chords.
    """
    import onnxruntime

    first, second = (
        onnxruntime.InferenceSession(str(p), providers=["CPUExecutionProvider"]) for p in (encoder, decoder)
    )
    takes = 3
    given = random_inputs(k.ENCODER_INPUTS, conditions_inputs(1), (1.0, 0.0), 6)
    rest = random_inputs(k.DECODER_INPUTS[1:], take_inputs(takes), (1.0, 0.0), 7)
    rest["given_chords"] *= 0.0
    rest["given_chords"][0, 2, 5] = rest["given_chords"][0, 2, -3] = rest["chords_given"][0, 2] = 1.0
    encoded = first.run(None, {n: x.numpy() for n, x in given.items()})[0]
    found = second.run(None, {"encoded": encoded.repeat(takes, 0), **{n: x.numpy() for n, x in rest.items()}})
    with torch.no_grad():
        wanted = whole(
            generator, tuple(x.repeat(takes, *[1] * (x.ndim - 1)) for x in given.values()), tuple(rest.values())
        )
    return max(float(np.abs(a - b.numpy()).max()) for a, b in zip(found, wanted, strict=True))


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
    names = (k.STYLE_ENCODER_INPUTS, ("style",))
    write(StyleEncoderGraph(encoder), style_encoder_inputs(), names, facts, folder / "style-encoder.onnx")


def export_harmonizer(
    generator: Generator, harmonizer: Harmonizer, folder: Path, training: dict[str, Any], name: str, version: str
) -> None:
    """Exports a harmonizer beside the generator whose chords and styles it knows."""
    facts = helper("harmonizer", generator, training, name, version) | {"chords": chords()}
    names = k.HARMONIZER_INPUTS, k.HARMONIZER_OUTPUTS
    write(HarmonizerGraph(harmonizer), harmonizer_inputs(), names, facts, folder / k.HARMONIZER_FILE)


def milliseconds(path: Path, passes: int = 60) -> tuple[float, str]:
    """The median processor time of a pass of encoder and decoder on one thread, and the version of ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    first, second = (onnxruntime.InferenceSession(str(p), options) for p in (path.with_name(k.ENCODER_FILE), path))
    reads = {n: x.numpy() for n, x in zip(k.ENCODER_INPUTS, conditions_inputs(), strict=True)}
    takes = {n: x.numpy() for n, x in zip(k.DECODER_INPUTS[1:], take_inputs(), strict=True)}
    times = []
    for _ in range(passes):
        start = time.process_time()
        encoded = first.run(None, reads)[0]
        outputs = second.run(None, {"encoded": encoded, **takes})
        times.append(1000 * (time.process_time() - start))
        if not all(np.isfinite(x).all() for x in outputs):
            raise ValueError("the model returned NaN or infinity")
    return statistics.median(times), onnxruntime.__version__
