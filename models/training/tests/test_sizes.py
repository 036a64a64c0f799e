"""The shapes that an exported graph holds."""

from itertools import product
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from continuo_training.export.sizes import name_sizes

SHIPPED = Path(__file__).resolve().parents[2]


def of_shared_inputs() -> onnx.ModelProto:
    """A sum of a window, a plan and a take, reshaped with an open size."""
    tensor, node = helper.make_tensor_value_info, helper.make_node
    inputs = [tensor(name, TensorProto.FLOAT, [name, 4]) for name in ("window", "plan", "batch")]
    shapes = {"/apart": [-1, 2, 2], "/flat": [-1, 2]}
    nodes = [
        node("Reshape", ["window", "/apart"], ["w"]),
        node("Reshape", ["plan", "/apart"], ["p"]),
        node("Add", ["w", "p"], ["both"]),
        node("Reshape", ["batch", "/apart"], ["b"]),
        node("Add", ["both", "b"], ["all"]),
        node("Reshape", ["all", "/flat"], ["rows"]),
        node("Reshape", ["rows", "/apart"], ["y"]),
    ]
    arrays = [numpy_helper.from_array(np.array(shape, np.int64), name) for name, shape in shapes.items()]
    graph = helper.make_graph(nodes, "sums", inputs, [tensor("y", TensorProto.FLOAT, ["batch", 2, 2])], arrays)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def shapes_in(model: onnx.ModelProto) -> dict[str, list[int | str]]:
    return {
        tensor.name: [size.dim_param or size.dim_value for size in tensor.type.tensor_type.shape.dim]
        for tensor in model.graph.value_info
    }


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def test_a_result_has_the_name_of_the_largest_size_that_it_is_made_of() -> None:
    model = of_shared_inputs()
    name_sizes(model)
    assert shapes_in(model) == {
        "w": ["window", 2, 2],
        "p": ["plan", 2, 2],
        "both": ["plan_window", 2, 2],
        "b": ["batch", 2, 2],
        "all": ["batch", 2, 2],
        "rows": ["batch_times_2", 2],
    }
    onnx.checker.check_model(model)


def test_the_runtime_computes_the_same_whichever_inputs_have_one_row() -> None:
    plain, named = of_shared_inputs(), of_shared_inputs()
    name_sizes(named)
    sessions = [session(plain), session(named)]
    random = np.random.default_rng(1)
    for window, plan in product((1, 5), repeat=2):
        rows = {"window": window, "plan": plan, "batch": 5}
        given = {name: random.standard_normal((count, 4)).astype(np.float32) for name, count in rows.items()}
        expected, found = (s.run(None, given)[0] for s in sessions)
        assert np.array_equal(expected, found)


def test_a_graph_of_one_batch_stays_as_it_is() -> None:
    model = onnx.load(str(SHIPPED / "harmonizer.onnx"))
    before = model.SerializeToString()
    name_sizes(model)
    assert model.SerializeToString() == before


@pytest.mark.parametrize("name", ["continuo.onnx", "conductor.onnx"])
def test_the_shipped_files_name_every_size(name: str) -> None:
    model = onnx.shape_inference.infer_shapes(onnx.load(str(SHIPPED / name)))
    unnamed = [
        name for name, shape in shapes_in(model).items() if any(str(x).startswith("unk") or x == 0 for x in shape)
    ]
    assert shapes_in(model) and unnamed == []
