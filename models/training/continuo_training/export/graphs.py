"""What the rewriting of ONNX graphs shares: which arrays a graph holds, and what it computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

Array = NDArray[Any]


def is_learnt(name: str) -> bool:
    """Whether an array is named after a parameter or a buffer, by which `onnx_weights` reads it back.

    Names of computed tensors begin with a slash.
    """
    return "." in name and not name.startswith("/")


def initializers(model: ModelProto) -> dict[str, Array]:
    """All arrays in the file by name."""
    from onnx import numpy_helper

    return {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}


def replace_nodes(model: ModelProto, nodes: Iterable[NodeProto]) -> None:
    """Gives the graph other nodes."""
    kept = list(nodes)
    del model.graph.node[:]
    model.graph.node.extend(kept)


def drop_unused(model: ModelProto) -> None:
    """Removes nodes that no output needs, and arrays without a parameter's name that no node reads."""
    needed, kept = {o.name for o in model.graph.output}, []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    replace_nodes(model, reversed(kept))
    arrays = [i for i in model.graph.initializer if i.name in needed or is_learnt(i.name)]
    del model.graph.initializer[:]
    model.graph.initializer.extend(arrays)


def example(model: ModelProto, batch: int, rows: Mapping[str, int] | None = None) -> dict[str, NDArray[np.float32]]:
    """Inputs of the right shapes: planes with a few ones, numbers where the contract has numbers, and a meter.

    `rows` says how many rows some inputs have, by the name that the graph gives that number; the others have `batch`.
    """
    random = np.random.default_rng(batch)
    found = {}
    for tensor in model.graph.input:
        first, *others = tensor.type.tensor_type.shape.dim
        shape = ((rows or {}).get(first.dim_param, batch), *(d.dim_value for d in others))
        ones, numbers = random.random(shape) < 0.05, random.standard_normal(shape)
        found[tensor.name] = (numbers if tensor.name in ("style", "noise", "encoded") else ones).astype(np.float32)
    if "meter" in found:
        found["meter"] = np.eye(2, dtype=np.float32)[np.arange(len(found["meter"])) % 2]
    return found


def values(model: ModelProto, names: Iterable[str], inputs: dict[str, NDArray[np.float32]]) -> dict[str, Array]:
    """What the graph computes for some of its tensors, or none of them its outputs."""
    import onnx
    import onnxruntime

    probed = onnx.ModelProto()
    probed.CopyFrom(model)
    made = {o for node in model.graph.node for o in node.output}
    wanted = sorted(made.intersection(names))
    del probed.graph.output[:]
    for name in wanted:
        probed.graph.output.add().name = name
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(probed.SerializeToString(), options, providers=["CPUExecutionProvider"])
    found = dict(zip(wanted, session.run(wanted, inputs), strict=True)) if wanted else {}
    return found | {n: x for n, x in (initializers(model) | inputs).items() if n in names}


def outputs(model: ModelProto, batch: int) -> list[Array]:
    """What the graph returns for the example of this batch size."""
    names = [o.name for o in model.graph.output]
    found = values(model, names, example(model, batch))
    return [found[name] for name in names]
