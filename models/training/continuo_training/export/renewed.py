"""Writes exported files again in the form that `onnx_files` gives new ones, without their checkpoints.

The weights are read back, exported anew and rounded to 16 bits, which changes none that the file holds so already. A
file whose graph changes gets the next patch version, and one that has the present form stays as it is.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..base import contract as k
from ..networks.generator import BEAT_PITCHED
from . import graphs
from .half import round_weights
from .onnx_files import TOLERANCE, checksum_of, write
from .onnx_weights import metadata
from .reference_outputs import ExportedFile, read_back

if TYPE_CHECKING:
    from onnx import ModelProto


def next_patch(version: str) -> str:
    """The next patch version: 2.3.1 after 2.3.0."""
    first, dot, last = version.rpartition(".")
    return f"{first}{dot}{int(last) + 1}"


def renew(folder: Path) -> dict[str, str]:
    """Writes the files of a model again that `onnx_files` exports; returns the versions of those that changed.

    All are written, or none.

    Raises:
        ValueError: a graph computes something else after it was rewritten.
    """
    versions: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=folder) as made:
        # The encoder comes first: the decoder's file names its checksum.
        for network in sorted(read_back(folder), key=lambda network: network.file != k.ENCODER_FILE):
            beside = Path(made) / k.ENCODER_FILE
            link = {"encoder": checksum_of(beside.read_bytes())} if beside.exists() else {}
            facts = _renewed(folder / network.file, network, link, Path(made) / network.file)
            if facts is not None:
                versions[network.file] = facts["version"]
        for name in versions:
            (Path(made) / name).replace(folder / name)
    return versions


def _renewed(path: Path, network: ExportedFile, link: dict[str, str], made: Path) -> dict[str, Any] | None:
    """The facts of the new file; `None`, and no new file, where it would be the one that is there."""
    import onnx

    before = onnx.load(str(path))
    facts: dict[str, Any] = json.loads(metadata(path)["continuo.model"])
    linked = link if path.name == k.GENERATOR_FILE else {}
    facts = facts | linked | {"version": next_patch(facts["version"])}
    write(network.module, network.inputs, (network.reads, network.writes), facts, made)
    after = onnx.load(str(made))
    if not linked and before.graph == after.graph:
        made.unlink()
        return None
    far = _difference(before, after)
    if not far <= TOLERANCE:
        raise ValueError(f"{path.name} computes something else after it was rewritten, by {far:.2g}")
    return facts


def _difference(before: ModelProto, after: ModelProto) -> float:
    """The largest difference between what two files return, their weights rounded alike.

    The notes of a file that computed pitches beyond the parts' compasses are left out: random inputs, unlike music,
    make such pitches sound. `changes` compares them on real windows.
    """
    left_out = "pitched" if _computes_all_pitches(before) else None
    round_weights(before)
    worst = 0.0
    for batch in (1, 3):
        pairs = zip(after.graph.output, graphs.outputs(before, batch), graphs.outputs(after, batch), strict=True)
        worst = max(worst, *(float(np.abs(a - b).max()) for output, a, b in pairs if output.name != left_out))
    return worst


def _computes_all_pitches(model: ModelProto) -> bool:
    """Whether this is a decoder from before the compasses."""
    return any(i.name.endswith("out_pitched.bias") and list(i.dims) == [BEAT_PITCHED] for i in model.graph.initializer)
