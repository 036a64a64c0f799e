#!/usr/bin/env bash
# Packages: onnxruntime 1.24.4, onnx 1.23.2 (Python). Seen on 2026-11-30.
#
# The name of an open dimension in an ONNX graph looks like a label: sessions take inputs of one row and of eight whose first
# dimension is called "batch" in both, and operators broadcast the one row. ONNX Runtime plans its memory by these names, though:
# where a later tensor of the second input would use the memory of an earlier one of the first, the run ends with "Shape mismatch
# attempting to re-use buffer". A graph without such a place runs, and so does this one with eight rows in both. With two names
# every case runs and is right. onnx's own reference runs all of them.
#
# Who meets it: whoever saves work by giving a network what all rows of a batch share only once. It works while the graph is small or
# ordered by luck, and fails when an exporter orders its nodes otherwise.
# For us: inputs that may have one row for all have names of dimensions of their own, the same within a group that is always given
# alike; the contract of our models says so, and songs in the tests have takes with different chords under one window.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.24.4 onnx==1.23.2
cat > "$folder/names.py" <<'PY'
import sys
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

def graph(window, takes):
    """takes · (m + max(takes + m)), where m is the largest exponential of each row of the window."""
    tensor = helper.make_tensor_value_info
    node = helper.make_node
    nodes = [
        node("Exp", ["window"], ["a"]),
        node("Concat", ["a", "a"], ["b"], axis=1),
        node("ReduceMax", ["b"], ["m"], axes=[1], keepdims=1),
        node("Add", ["takes", "m"], ["d"]),
        node("Concat", ["d", "d"], ["e"], axis=1),
        node("ReduceMax", ["e"], ["f"], axes=[1], keepdims=1),
        node("Add", ["m", "f"], ["g"]),
        node("Mul", ["g", "takes"], ["out"]),
    ]
    inputs = [tensor("window", TensorProto.FLOAT, [window, 16]), tensor("takes", TensorProto.FLOAT, [takes, 16])]
    outputs = [tensor("out", TensorProto.FLOAT, [None, 16])]
    made = helper.make_graph(nodes, "shared", inputs, outputs)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model

onnxruntime.set_default_logger_severity(4)
random = np.random.default_rng(1)
expected = {("batch", 8): "right", ("batch", 1): "refused", ("window", 8): "right", ("window", 1): "right"}
for (name, rows), wanted in expected.items():
    model = graph(name, "batch")
    feed = {"window": random.random((rows, 16), np.float32), "takes": random.random((8, 16), np.float32)}
    reference = ReferenceEvaluator(model).run(None, feed)[0]
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    try:
        got = "right" if np.allclose(session.run(None, feed)[0], reference, atol=1e-5) else "wrong"
    except Exception as error:
        got = "refused" if "re-use buffer" in str(error) else repr(error)
    print(f"first dimension called {name!r:8} and 'batch', {rows} and 8 rows: {got}")
    if got != wanted:
        sys.exit("This has changed.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/names.py"
