"""The picture of costs: products are counted by their shapes, and limits follow what is varied."""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

from continuo_training.export.arithmetic import multiply_adds
from continuo_training.report.costs import Machine, charts, draw, read

MODELS = Path(__file__).parents[2]


def test_products_are_counted_by_their_shapes() -> None:
    shared = helper.make_tensor_value_info("shared", TensorProto.FLOAT, ["window", 3])
    each = helper.make_tensor_value_info("each", TensorProto.FLOAT, ["batch", 3])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["batch", 2])
    factor = helper.make_tensor("factor", TensorProto.FLOAT, [3, 2], [0.5] * 6)
    nodes = [
        helper.make_node("MatMul", ["shared", "factor"], ["first"]),
        helper.make_node("Gemm", ["each", "factor"], ["second"]),
        helper.make_node("Add", ["first", "second"], ["out"]),
    ]
    graph = helper.make_graph(nodes, "products", [shared, each], [out], [factor])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    assert multiply_adds(model, {"batch": 1}) == 6 + 6
    assert multiply_adds(model, {"batch": 5}) == 6 + 30


def test_limits_grow_with_takes_windows_and_instances(tmp_path: Path) -> None:
    measured = tmp_path / "costs.csv"
    lines = ["chart,at,value"]
    for chart, places in {
        "phrase by takes": (1, 4),
        "phrase by takes, built-in runtime": (1, 4),
        "phrase by bars": (1, 4, 8),
        "phrase by instances": (1, 2, 8),
        "memory by song": (1, 15),
        "notes by song": (1, 15),
        "memory by instances": (1, 2),
        "loading by size, unprepared": (9, 2),
        "loading by size, prepared": (9, 2),
    }.items():
        lines += [f'"{chart}",{place:.3f},{10 * place:.3f}' for place in places]
    measured.write_text("\n".join(lines), encoding="utf-8")
    found = charts(read(measured), MODELS, Machine(1e11, 1e10, 2))
    takes, bars, instances, song, _, loading = (dict(chart.limits) for chart in found)
    assert takes[1] < takes[4] < 4 * takes[1]
    assert bars[1] == bars[4] == takes[4] and bars[8] == 2 * bars[4]
    assert instances[2] == instances[1] == takes[4] and instances[8] == 4 * instances[1]
    assert song[15] == 150 * 16 / 1e6
    assert list(loading) == [2, 9]
    draw(found, tmp_path / "costs.png")
    assert (tmp_path / "costs.png").stat().st_size > 10_000
