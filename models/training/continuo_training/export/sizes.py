"""Writes shapes of computed tensors into a graph, so that ONNX Runtime loads it faster.

The runtime looks for memory that it can use again by comparing the shape of each tensor with those of all that are no
longer needed. Where a tensor of one row meets one of a whole batch, the runtime does not know how many rows the result
has, and gives that number a name of its own. No free memory has the same name, so none is used again and the list of
free memory grows. The runtime spent half of the decoder's loading time on searching that list.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import TYPE_CHECKING

from .graphs import Array, example, values

if TYPE_CHECKING:
    from onnx import ModelProto

#: The batch's name; what takes share has other names, and one row or as many as the batch.
BATCH = "batch"
#: The batch sizes that are tried. They divide neither each other nor any size that a network has.
SIZES = (11, 13)

#: The number of rows by name.
Rows = dict[str, int]


def name_sizes(model: ModelProto) -> None:
    """Adds the shapes of the tensors of which the runtime does not find every size by itself, if takes share inputs."""
    from onnx import helper

    del model.graph.value_info[:]
    cases = list(_cases(model))
    unknown = _unknown(model) if len(cases) > len(SIZES) else []
    found: list[dict[str, Array]] = [values(model, unknown, example(model, rows[BATCH], rows)) for rows in cases]
    names = _names(cases)
    for name in unknown:
        columns = zip(*(arrays[name].shape for arrays in found), strict=True)
        kind = helper.np_dtype_to_tensor_dtype(found[0][name].dtype)
        sizes = [_size(column, names) for column in columns]
        model.graph.value_info.append(helper.make_tensor_value_info(name, kind, sizes))


def _unknown(model: ModelProto) -> list[str]:
    """The computed tensors with a size that shape inference does not find, or to which it gives a name of its own."""
    from onnx import shape_inference

    inferred = shape_inference.infer_shapes(model).graph
    first = {tensor.type.tensor_type.shape.dim[0].dim_param for tensor in model.graph.input}
    known = {
        tensor.name
        for tensor in (*inferred.value_info, *model.graph.output)
        if all(size.dim_value or size.dim_param in first for size in tensor.type.tensor_type.shape.dim)
        and tensor.type.tensor_type.HasField("shape")
    }
    return [name for node in model.graph.node for name in node.output if name and name not in known]


def _cases(model: ModelProto) -> Iterator[Rows]:
    """Both batch sizes, with each group of inputs that takes share given once or for each row."""
    first = {tensor.type.tensor_type.shape.dim[0].dim_param for tensor in model.graph.input}
    groups = sorted(first - {BATCH})
    for size in SIZES:
        for rows in product((1, size), repeat=len(groups)):
            yield {BATCH: size, **dict(zip(groups, rows, strict=True))}


def _names(cases: list[Rows]) -> dict[tuple[int, ...], str]:
    """The names of numbers of rows, by what they are in each case: a result of several groups has the largest."""
    groups = sorted(set(cases[0]) - {BATCH})
    joined = (group for count in range(1, len(groups) + 1) for group in combinations(groups, count))
    found = {tuple(max(rows[name] for name in group) for rows in cases): "_".join(group) for group in joined}
    return found | {tuple(rows[BATCH] for rows in cases): BATCH}


def _size(column: tuple[int, ...], names: dict[tuple[int, ...], str]) -> int | str | None:
    """A size that is the same in all cases, or its name; `None` for one that has no name."""
    if len(set(column)) == 1:
        return column[0]
    for rows, name in names.items():
        times = {size / row for size, row in zip(column, rows, strict=True)}
        if len(times) == 1:
            factor = times.pop()
            return name if factor == 1 else f"{name}_times_{factor:g}"
    return None
