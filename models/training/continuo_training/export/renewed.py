"""Writes exported files again in the form that `onnx_files` gives new ones, without their checkpoints.

The weights are rounded to 16 bits, so each file gets the next patch version.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..base import contract as k
from . import graphs
from .half import round_weights, store_half
from .onnx_files import TOLERANCE, checksum_of, sealed_bytes
from .simplified import simplify

if TYPE_CHECKING:
    from onnx import ModelProto


def next_patch(version: str) -> str:
    """The next patch version: 2.3.1 after 2.3.0."""
    first, dot, last = version.rpartition(".")
    return f"{first}{dot}{int(last) + 1}"


def renew(folder: Path) -> dict[str, str]:
    """Writes all files of a model again; returns their versions by file name. All are written, or none.

    Raises:
        ValueError: a graph computes something else after it was rewritten.
    """
    made: dict[str, bytes] = {}
    versions: dict[str, str] = {}
    # The encoder comes first: the decoder's file names its checksum.
    for path in sorted(folder.glob("*.onnx"), key=lambda path: path.name != k.ENCODER_FILE):
        link = {"encoder": checksum_of(made[k.ENCODER_FILE])} if path.name == k.GENERATOR_FILE else {}
        made[path.name], versions[path.name] = _renewed(path, link)
    for name, data in made.items():
        (folder / name).with_suffix(".tmp").write_bytes(data)
    for name in made:
        (folder / name).with_suffix(".tmp").replace(folder / name)
    return versions


def _renewed(path: Path, link: dict[str, str]) -> tuple[bytes, str]:
    import onnx

    model = onnx.load(str(path))
    facts = json.loads({p.key: p.value for p in model.metadata_props}["continuo.model"]) | link
    facts["version"] = next_patch(facts["version"])
    round_weights(model)
    _rewrite(model, path.name)
    return sealed_bytes(model, facts), facts["version"]


def _rewrite(model: ModelProto, name: str) -> None:
    wanted = [graphs.outputs(model, batch) for batch in (1, 3)]
    simplify(model)
    store_half(model)
    found = [graphs.outputs(model, batch) for batch in (1, 3)]
    far = max(float(np.abs(a - b).max()) for x, y in zip(found, wanted, strict=True) for a, b in zip(x, y, strict=True))
    if not far <= TOLERANCE:
        raise ValueError(f"{name} computes something else after it was rewritten, by {far:.2g}")
