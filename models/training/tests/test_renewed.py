import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from continuo_training.base import contract as k
from continuo_training.export import graphs, renewed
from continuo_training.export.half import FEWEST, round_weights, rounded, store_half, whole_arrays
from continuo_training.export.onnx_files import checksum_of, export, verify
from continuo_training.export.onnx_weights import generator_of, load_generator, metadata
from continuo_training.export.simplified import simplify
from continuo_training.networks.generator import Generator, Size

SMALL = Size(width=64, hidden=64, heads=2, encoder=1, decoder=1, guide=1, head=64)
SHIPPED = Path(__file__).resolve().parents[2]


def written_out_norm(batch: str | int = "batch") -> onnx.ModelProto:
    """A layer normalisation in primitive operators after a reshape with an open size, then a product."""
    arrays = {
        "net.scale": np.linspace(0.5, 1.5, 64, dtype=np.float32),
        "net.shift": np.linspace(-1, 1, 64, dtype=np.float32),
        "net.weight": np.random.default_rng(1).standard_normal((64, 64)).astype(np.float32),
        "/shape": np.array([-1, 2, 64], np.int64),
        "/epsilon": np.array(1e-5, np.float32),
        "/two": np.array(2.0, np.float32),
    }
    node = helper.make_node
    nodes = [
        node("Reshape", ["x", "/shape"], ["r"]),
        node("ReduceMean", ["r"], ["mean"], axes=[-1]),
        node("Sub", ["r", "mean"], ["c"]),
        node("Mul", ["c", "c"], ["square"]),
        node("ReduceMean", ["square"], ["variance"], axes=[-1]),
        node("Add", ["variance", "/epsilon"], ["safe"]),
        node("Sqrt", ["safe"], ["root"]),
        node("Div", ["c", "root"], ["n"]),
        node("Mul", ["n", "net.scale"], ["scaled"]),
        node("Add", ["scaled", "net.shift"], ["normal"]),
        node("MatMul", ["normal", "net.weight"], ["product"]),
        node("Mul", ["/two", "/two"], ["/four"]),
        node("Mul", ["product", "/four"], ["y"]),
    ]
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "net",
        [tensor("x", TensorProto.FLOAT, [batch, 128])],
        [tensor("y", TensorProto.FLOAT, [batch, 2, 64])],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_a_simplified_graph_computes_the_same_with_fewer_nodes() -> None:
    model = written_out_norm()
    wanted = graphs.outputs(model, 3)
    simplify(model)
    assert [n.op_type for n in model.graph.node] == ["Reshape", "LayerNormalization", "MatMul", "Mul"]
    arrays = graphs.initializers(model)
    assert arrays[model.graph.node[0].input[1]].tolist() == [0, 2, 64]
    assert {"net.scale", "net.shift", "net.weight"} <= set(arrays) and "/two" not in arrays
    onnx.checker.check_model(model)
    assert np.allclose(graphs.outputs(model, 3)[0], wanted[0], atol=1e-5)


def test_weights_of_16_bits_are_read_back_as_they_were_rounded() -> None:
    model = written_out_norm()
    before = graphs.initializers(model)
    round_weights(model)
    wanted = graphs.outputs(model, 2)
    store_half(model)
    stored, found = graphs.initializers(model), whole_arrays(model)
    assert stored["net.weight_half"].dtype == np.float16 and "net.weight" not in stored
    assert np.array_equal(found["net.weight"], before["net.weight"].astype(np.float16).astype(np.float32))
    assert np.array_equal(found["net.scale"], before["net.scale"]), "vectors keep 32 bits"
    assert np.array_equal(graphs.outputs(model, 2)[0], wanted[0])


def test_what_does_not_fit_in_16_bits_keeps_32_or_is_refused() -> None:
    model = written_out_norm()
    store_half(model)
    assert graphs.initializers(model)["net.weight"].dtype == np.float32
    layer = torch.nn.Linear(64, FEWEST // 64)
    with torch.no_grad():
        layer.weight[0, 0] = 1e6
    with pytest.raises(ValueError, match="weight has weights that are too large"):
        rounded(layer)
    assert float(layer.weight.detach()[0, 0]) == 1e6


def test_a_rounded_network_is_a_copy_and_its_file_holds_it(tmp_path: Path) -> None:
    generator = Generator(SMALL)
    weight = generator.out_pitched.weight.detach().clone()
    export(generator, tmp_path / "continuo.onnx", {}, "small", "0.0.1")
    assert torch.equal(generator.out_pitched.weight, weight)
    again = Generator(SMALL)
    assert load_generator(again, tmp_path / "continuo.onnx") == []
    for name, value in rounded(generator).state_dict().items():
        if name != "styles.weight":
            assert torch.equal(again.state_dict()[name], value), name


def test_renewed_files_belong_together_and_have_the_next_versions(tmp_path: Path) -> None:
    names = [k.ENCODER_FILE, k.GENERATOR_FILE, k.HARMONIZER_FILE]
    for name in (*names, "style-encoder.onnx"):
        shutil.copyfile(SHIPPED / name, tmp_path / name)
    for name in names:
        in_another_form(tmp_path / name)
    before = {name: json.loads(metadata(tmp_path / name)["continuo.model"]) for name in names}
    versions = renewed.renew(tmp_path)
    assert sorted(versions) == sorted(names)
    for name in names:
        data, facts = (tmp_path / name).read_bytes(), json.loads(metadata(tmp_path / name)["continuo.model"])
        assert verify(data, checksum_of(data))
        assert facts["version"] == versions[name] == renewed.next_patch(before[name]["version"])
        kept = {"version", "encoder"}
        assert {x: y for x, y in facts.items() if x not in kept} == {
            x: y for x, y in before[name].items() if x not in kept
        }
    link = json.loads(metadata(tmp_path / k.GENERATOR_FILE)["continuo.model"])["encoder"]
    assert link == checksum_of((tmp_path / k.ENCODER_FILE).read_bytes())
    assert (tmp_path / "style-encoder.onnx").read_bytes() == (SHIPPED / "style-encoder.onnx").read_bytes()
    # Renewing rounded files changes no weight.
    one, other = (generator_of(folder / k.GENERATOR_FILE) for folder in (SHIPPED, tmp_path))
    for name, value in one.state_dict().items():
        assert torch.equal(other.state_dict()[name], value), name


def in_another_form(path: Path) -> None:
    """Adds a node to a file that changes nothing it computes."""
    model = onnx.load(str(path))
    output = model.graph.output[0].name
    for node in model.graph.node:
        for place, name in enumerate(node.output):
            if name == output:
                node.output[place] = "/unchanged"
        for place, name in enumerate(node.input):
            if name == output:
                node.input[place] = "/unchanged"
    model.graph.node.append(onnx.helper.make_node("Identity", ["/unchanged"], [output]))
    path.write_bytes(model.SerializeToString())


def test_a_damaged_file_stops_all(tmp_path: Path) -> None:
    for name in (k.ENCODER_FILE, k.GENERATOR_FILE, "style-encoder.onnx"):
        shutil.copyfile(SHIPPED / name, tmp_path / name)
    (tmp_path / k.GENERATOR_FILE).write_bytes((SHIPPED / k.GENERATOR_FILE).read_bytes()[:-1000])
    encoder = (tmp_path / k.ENCODER_FILE).read_bytes()
    with pytest.raises(Exception, match=r"(?i)pars|decod"):
        renewed.renew(tmp_path)
    assert (tmp_path / k.ENCODER_FILE).read_bytes() == encoder
    assert sorted(p.name for p in tmp_path.iterdir()) == [k.GENERATOR_FILE, k.ENCODER_FILE, "style-encoder.onnx"]


def test_the_next_patch_version() -> None:
    assert renewed.next_patch("2.3.9") == "2.3.10"
