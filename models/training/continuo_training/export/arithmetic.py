"""How many multiplications a network needs, each with its addition."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from .graphs import Array, example, initializers, values

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

#: The operators that multiply matrices. What the others compute, each number by itself, is little beside it.
PRODUCTS = ("MatMul", "Gemm")


def multiply_adds(model: ModelProto, rows: dict[str, int]) -> int:
    """Of one run, with so many rows of each group of inputs; 1 of a group that is not named."""
    products = [node for node in model.graph.node if node.op_type in PRODUCTS]
    # Rows that the graph names otherwise are given once.
    groups = {t.type.tensor_type.shape.dim[0].dim_param: 1 for t in model.graph.input} | rows
    names = {name for node in products for name in (*node.input[:2], node.output[0])}
    found = initializers(model) | values(model, names, example(model, 1, groups))
    return sum(_multiply_adds(node, found) for node in products)


def _multiply_adds(node: NodeProto, arrays: dict[str, Array]) -> int:
    """Each number of the result is a sum over what both factors have in common."""
    factor, result = arrays[node.input[0]], arrays[node.output[0]]
    transposed = any(a.name == "transA" and a.i for a in node.attribute)
    common: int = factor.shape[-2 if transposed else -1]
    return prod(result.shape) * common
