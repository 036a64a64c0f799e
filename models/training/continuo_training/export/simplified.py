"""Rewrites an exported graph so that runtimes load it faster. What it computes stays the same but for rounding.

ONNX Runtime looks for buffers that it can use again by comparing the shapes of all tensors with each other. PyTorch
exports reshapes with -1 in the batch's place; for the runtime each makes a size of its own that equals no other, so no
buffer fits, and the search through all of them took three quarters of the time that it needs to load the decoder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .graphs import Array, drop_unused, example, initializers, is_learnt, replace_nodes, values

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

#: Constants that are larger when folded stay computations: the file would grow.
LARGEST_FOLDED = 1 << 16
#: The batch sizes that show which dimension is the batch.
BATCHES = (2, 3)
EPSILON = 1e-5


def simplify(model: ModelProto) -> None:
    """Rewrites the graph in place."""
    _constants_to_arrays(model)
    _keep_batch(model)
    _fold(model)
    _fuse_norms(model)
    drop_unused(model)


def _constants_to_arrays(model: ModelProto) -> None:
    kept = []
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            array = model.graph.initializer.add()
            array.CopyFrom(node.attribute[0].t)
            array.name = node.output[0]
        else:
            kept.append(node)
    replace_nodes(model, kept)


def _keep_batch(model: ModelProto) -> None:
    """Writes the shapes of reshapes down: 0, which keeps the batch, and the other sizes."""
    from onnx import numpy_helper

    arrays = initializers(model)
    reshapes = [n for n in model.graph.node if n.op_type in ("Reshape", "Flatten") and not _keeps_batch(n, arrays)]
    names = {name for node in reshapes for name in (node.input[0], node.output[0])}
    shapes = [{n: x.shape for n, x in values(model, names, example(model, b)).items()} for b in BATCHES]
    for node in reshapes:
        (read, made), (read_again, made_again) = ((s[node.input[0]], s[node.output[0]]) for s in shapes)
        firsts = [shape[:1] for shape in (read, made, read_again, made_again)]
        if firsts != [(BATCHES[0],)] * 2 + [(BATCHES[1],)] * 2 or made[1:] != made_again[1:]:
            continue
        shape = numpy_helper.from_array(np.array([0, *made[1:]], np.int64), f"{node.output[0]}_shape")
        model.graph.initializer.append(shape)
        node.op_type = "Reshape"
        del node.attribute[:]
        del node.input[1:]
        node.input.append(shape.name)


def _keeps_batch(node: NodeProto, arrays: dict[str, Array]) -> bool:
    shape = arrays.get(node.input[-1])
    return shape is not None and shape.dtype == np.int64 and shape[0] == 0 and bool((shape[1:] > 0).all())


def _fold(model: ModelProto) -> None:
    """Computes what depends on neither inputs nor learnt weights, which must keep their names in the file."""
    from onnx import numpy_helper

    constant = {name for name in initializers(model) if not is_learnt(name)}
    known, folded, kept = set(constant), [], []
    for node in model.graph.node:
        if all(name in known for name in node.input):
            known.update(node.output)
            folded.append(node)
        else:
            kept.append(node)
    found = values(model, known - constant, example(model, 1))
    small = {name for name, array in found.items() if array.nbytes <= LARGEST_FOLDED}
    # A large result stays a computation, and so does what it is computed from.
    left = [node for node in folded if not small.issuperset(node.output)]
    replace_nodes(model, [*left, *kept])
    read = {name for node in model.graph.node for name in node.input} | {o.name for o in model.graph.output}
    made = {name for node in left for name in node.output}
    for name in sorted(read & small - made):
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(found[name]), name))


def _fuse_norms(model: ModelProto) -> None:
    """Writes layer normalisations, which the export writes out, as one operator each."""
    from onnx import helper

    makers = {name: node for node in model.graph.node for name in node.output}
    arrays = initializers(model)

    def maker(name: str, kind: str) -> NodeProto | None:
        node = makers.get(name)
        return node if node is not None and node.op_type == kind else None

    def normalized(add: NodeProto) -> NodeProto | None:
        if add.op_type != "Add" or add.input[1] not in arrays:
            return None
        scaled = maker(add.input[0], "Mul")
        divided = maker(scaled.input[0], "Div") if scaled is not None and scaled.input[1] in arrays else None
        if scaled is None or divided is None:
            return None
        centred, root = maker(divided.input[0], "Sub"), maker(divided.input[1], "Sqrt")
        mean = maker(centred.input[1], "ReduceMean") if centred is not None else None
        if centred is None or root is None or mean is None or mean.input[0] != centred.input[0]:
            return None
        variance = maker(root.input[0], "Add")
        squares = maker(variance.input[0], "ReduceMean") if variance is not None else None
        square = maker(squares.input[0], "Mul") if squares is not None else None
        epsilon = arrays.get(variance.input[1]) if variance is not None else None
        if square is None or set(square.input) != {divided.input[0]} or epsilon is None:
            return None
        if not np.isclose(epsilon, EPSILON):
            return None
        read = [centred.input[0], scaled.input[1], add.input[1]]
        return helper.make_node("LayerNormalization", read, list(add.output), name=add.name, axis=-1, epsilon=EPSILON)

    replace_nodes(model, [normalized(node) or node for node in model.graph.node])
