#!/usr/bin/env bash
# Packages: onnxruntime 1.32.0, onnx 1.23.2 (Python). Seen on 2026-11-28.
#
# quantize_dynamic turns weights into bytes, and scales activations when the model runs. It takes one scale for the whole tensor, over the
# batch too. So an answer depends on what else is in the batch: beside a row with values ten times larger it is off by percents, and beside
# one some hundred times larger the other rows round to zero, and different rows get the same answer. The float model gives each row the same
# answer in any company. Weights get a scale for each column with per_channel=True; the rows of activations have no such option.
#
# Who meets it: whoever batches several phrases or takes into one run of a quantised model to save time.
# For us: a quantised network runs one phrase at a time, or what a project plays depends on how phrases were grouped.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cat > "$folder/rows.py" <<'PY'
import logging
import sys
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

logging.disable(logging.WARNING)
numbers = np.random.default_rng(1)
weights = (numbers.normal(size=(64, 16)) / 8).astype(np.float32)
value = lambda name, width: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width])
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "W"], ["y"])], "g", [value("x", 64)], [value("y", 16)], [numpy_helper.from_array(weights, "W")])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model, full_check=True)
whole, small = sys.argv[1] + "/whole.onnx", sys.argv[1] + "/small.onnx"
onnx.save(model, whole)
quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True)

quiet = np.clip(numbers.normal(size=(2, 64)), -1, 1).astype(np.float32)
for loudness in (1, 10, 600):
    loud = np.full((1, 64), loudness, np.float32)
    changes, same = {}, {}
    for title, path in (("float", whole), ("quantised", small)):
        session = onnxruntime.InferenceSession(path)
        alone = np.concatenate([session.run(None, {"x": row[None]})[0] for row in quiet])
        beside = session.run(None, {"x": np.concatenate([quiet, loud])})[0][:2]
        changes[title] = np.abs(alone - beside).max() / np.abs(alone).max()
        same[title] = np.array_equal(beside[0], beside[1])
        print(f"{title:9} beside a row {loudness:3} times as loud: answers change by up to {changes[title]:.2%}, two rows equal: {same[title]}")
    if changes["float"] > 1e-5 or same["float"]:
        sys.exit("A row's answer now depends on its batch in the float model too.")
    if changes["quantised"] < {1: 0, 10: 0.005, 600: 0.5}[loudness] or same["quantised"] != (loudness == 600):
        sys.exit("A row's answer now depends otherwise on its batch in the quantised model.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/rows.py" "$folder"
