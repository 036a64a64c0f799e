"""Reads a module's weights back from an ONNX file that this package exported.

Named initializers keep their parameters' names; those of 16 bits are read through their Cast nodes. A linear layer
over tokens becomes a product with a nameless, transposed matrix; the bias that is added to the product identifies it.
Equal or shared arrays are in the file once, and Identity nodes pass them on. The two segment embeddings are nameless
rows that are added, in their order.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ..base.contract import ENCODER_FILE, GENRE_IDS
from ..networks.compass import cells_within
from ..networks.discriminator import Conductor, Discriminator, JudgeSize, adopt, plain
from ..networks.generator import BEAT_PITCHED, Generator, Size
from .half import whole_arrays

Arrays = dict[str, NDArray[np.float32]]


def metadata(path: Path) -> dict[str, str]:
    """The file's metadata."""
    import onnx

    return {p.key: p.value for p in onnx.load(str(path)).metadata_props}


def genre_points(path: Path) -> torch.Tensor:
    """The points [genres, STYLE] of the contract's genres in a generator's file, in the contract's order.

    Looks them up by their ids, since a fine-tuned model has one more genre.
    """
    named = {g["id"]: g["style"] for g in json.loads(metadata(path)["continuo.model"])["genres"]}
    return torch.tensor([named[i] for i in GENRE_IDS if i in named], dtype=torch.float32)


def initializers(path: Path, prefix: str) -> tuple[Arrays, list[NDArray[np.float32]]]:
    """Arrays by parameter name without `prefix`; and the nameless rows that are added, in the order of use."""
    import onnx

    model = onnx.load(str(path))
    graph, arrays = model.graph, whole_arrays(model)
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in arrays:
            arrays[node.output[0]] = arrays[node.input[0]]
    users: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    found = {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}
    rows: list[NDArray[np.float32]] = []
    for node in graph.node:
        for name in node.input:
            if name not in arrays or name.startswith(prefix):
                continue
            if node.op_type == "Add" and arrays[name].ndim == 1:
                rows.append(arrays[name])
            if node.op_type != "MatMul" or name != node.input[1]:
                continue
            for user in users.get(node.output[0], []):
                bias = [n for n in user.input if n.startswith(prefix) and n.endswith(".bias")]
                if user.op_type == "Add" and bias:
                    # A weight that has its name in the file is not this one: its bias was added elsewhere.
                    weight = bias[0].removeprefix(prefix).removesuffix("bias") + "weight"
                    found.setdefault(weight, arrays[name].T)
    return found, rows


def load(module: nn.Module, path: Path, prefix: str) -> list[str]:
    """Loads the file's weights into `module`; returns the names of the parameters that the file lacks."""
    found, rows = initializers(path, prefix)
    own = module.state_dict()
    for name in ("out_pitched.weight", "out_pitched.bias"):
        if name in found and len(found[name]) == BEAT_PITCHED:
            # Up to 2.3.2 the network computed all pitches of all parts.
            found[name] = found[name][cells_within().numpy()]
    new = {n: torch.from_numpy(np.array(a)) for n, a in found.items() if n in own and own[n].shape == a.shape}
    if "segment" in own and len(rows) >= 2 and rows[0].shape == rows[1].shape == own["segment"].shape[1:]:
        new["segment"] = torch.from_numpy(np.stack(rows[:2]))
    if "styles.weight" in own and "genres" in json.loads(metadata(path)["continuo.model"]):
        points = genre_points(path)
        if points.shape == own["styles.weight"].shape:
            new["styles.weight"] = points
    module.load_state_dict(own | new)
    return [n for n in own if n not in new]


def size_of(path: Path) -> Size:
    """The size of the generator in a file and its encoder's beside it, by the names and shapes of their weights."""
    found = initializers(path, "generator.")[0]
    beside = path.with_name(ENCODER_FILE)
    if not any(name.startswith("encoder.") for name in found) and beside.exists():
        found = initializers(beside, "generator.")[0] | found
    return Size.of(found)


def generator_of(path: Path) -> Generator:
    """The generator in a file and its encoder's beside it.

    Raises:
        ValueError: the files lack weights.
    """
    generator = Generator(size_of(path))
    missing = load_generator(generator, path)
    if missing:
        raise ValueError(f"{path.name} lacks {', '.join(missing)}")
    return generator.eval()


def judge_size_of(path: Path) -> JudgeSize | None:
    """The size of the conductor in a file; `None` without the file."""
    return JudgeSize.of(initializers(path, "discriminator.")[0]) if path.exists() else None


def conductor_of(path: Path) -> Conductor:
    """The conductor in a file.

    Raises:
        ValueError: the file lacks weights.
    """
    conductor = Conductor(plain(Discriminator(judge_size_of(path))))
    missing = load(conductor.discriminator, path, "discriminator.")
    if missing:
        raise ValueError(f"{path.name} lacks {', '.join(missing)}")
    return conductor.eval()


def load_generator(module: nn.Module, path: Path) -> list[str]:
    """Loads a generator's weights from its file, and from the encoder's beside it if there is one.

    Returns the names of the parameters that both lack.
    """
    beside = path.with_name(ENCODER_FILE)
    missing = load(module, path, "generator.")
    if "continuo.model" not in (facts := metadata(path)) or "encoder" not in json.loads(facts["continuo.model"]):
        return missing
    lacking = set(load(module, beside, "generator."))
    return [n for n in missing if n in lacking]


def load_beside(game: nn.Module, generator: Path) -> list[str]:
    """Loads a game's weights from an exported generator and its two helpers in the same folder.

    Returns the names of the weights that the files lack; the posterior is never exported.
    """
    missing = [n for n in game.state_dict() if n.startswith("posterior.")]
    missing += [f"generator.{n}" for n in load_generator(game.get_submodule("generator"), generator)]
    path, module = generator.with_name("style-encoder.onnx"), game.get_submodule("encoder")
    new = load(module, path, "encoder.") if path.exists() else list(module.state_dict())
    missing += [f"encoder.{n}" for n in new]
    conductor, adversary = generator.with_name("conductor.onnx"), game.get_submodule("adversary")
    assert isinstance(adversary, Discriminator)
    new = load_adversary(adversary, conductor) if conductor.exists() else list(adversary.state_dict())
    return missing + [f"adversary.{n}" for n in new]


def load_adversary(adversary: Discriminator, path: Path) -> list[str]:
    """Loads an adversary's weights from a conductor's file; returns the names of those that the file lacks."""
    judge = plain(Discriminator(judge_size_of(path)))
    missing = load(judge, path, "discriminator.")
    adopt(adversary, judge)
    return missing
