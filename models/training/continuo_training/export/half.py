"""Weights of 16 bits in the files. Each has a Cast node, which runtimes compute once, when they load the file.

Rounding and storing are apart: a network is rounded first, so that it can be compared with its file exactly; the file
then stores in 16 bits what fits in them.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from torch import nn

from .graphs import Array, initializers, replace_nodes

if TYPE_CHECKING:
    from onnx import ModelProto

#: Smaller arrays, and all vectors, keep 32 bits: they take little room, and a bias counts for many numbers.
FEWEST = 4096
#: What is added to the name of an array of 16 bits.
SUFFIX = "_half"

Module = TypeVar("Module", bound=nn.Module)


def rounded(module: Module) -> Module:
    """A copy of a network whose large weights fit in 16 bits.

    Raises:
        ValueError: a weight is too large for 16 bits.
    """
    found = copy.deepcopy(module)
    with torch.no_grad():
        for name, tensor in (*found.named_parameters(), *found.named_buffers()):
            if tensor.is_floating_point() and tensor.ndim >= 2 and tensor.numel() >= FEWEST:
                tensor.copy_(torch.from_numpy(_rounded(tensor.detach().float().cpu().numpy(), name)))
    return found


def round_weights(model: ModelProto) -> None:
    """Rounds the large arrays of a file, as `rounded` does for a network."""
    from onnx import numpy_helper

    for initializer in model.graph.initializer:
        array = numpy_helper.to_array(initializer)
        if _is_large(array):
            initializer.CopyFrom(numpy_helper.from_array(_rounded(array, initializer.name), initializer.name))


def store_half(model: ModelProto) -> None:
    """Stores the large arrays that fit in 16 bits so, each before a Cast node with the array's name."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for initializer in model.graph.initializer:
        array = numpy_helper.to_array(initializer)
        if not _is_large(array) or not np.array_equal(array.astype(np.float16).astype(np.float32), array):
            continue
        name = initializer.name
        initializer.CopyFrom(numpy_helper.from_array(array.astype(np.float16), name + SUFFIX))
        casts.append(helper.make_node("Cast", [name + SUFFIX], [name], name=f"{name}_cast", to=TensorProto.FLOAT))
    replace_nodes(model, [*casts, *model.graph.node])


def whole_arrays(model: ModelProto) -> dict[str, Array]:
    """All arrays in the file by name, those of 16 bits as numbers of 32 under their own names."""
    arrays = initializers(model)
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in arrays:
            arrays[node.output[0]] = arrays[node.input[0]].astype(np.float32)
    return arrays


def _is_large(array: Array) -> bool:
    return array.dtype == np.float32 and array.ndim >= 2 and array.size >= FEWEST


def _rounded(array: Array, name: str) -> Array:
    with np.errstate(over="ignore"):
        found: Array = array.astype(np.float16).astype(np.float32)
    if not np.isfinite(found).all():
        raise ValueError(f"{name} has weights that are too large for 16 bits; train with weight decay")
    return found
