#!/usr/bin/env bash
# Packages: onnx 1.23.2, onnxruntime 1.32.0 (Python). Seen on 2026-11-28.
#
# LSTM and GRU have an input for the length of each sequence of a padded batch. onnx's own ReferenceEvaluator accepts the input and does
# not use it: it runs every sequence through the padding, so the last state of a short one is wrong, and its steps in the padding are not
# zero as the standard has them. It ignores the attributes clip and input_forget of LSTM as well. No warning is given for any of these.
# ONNX Runtime follows the standard, and its last state equals that of the short sequence run alone.
#
# Who meets it: whoever takes the reference for the truth when two runtimes disagree about melodies of unequal length.
# For us: a recurrent network of a user is judged by each sequence run alone, not by the reference.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cat > "$folder/padded.py" <<'PY'
import sys
import warnings
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

warnings.simplefilter("error")
HIDDEN, WIDTH, STEPS, SHORT = 4, 3, 6, 2
numbers = np.random.default_rng(1)
melodies = numbers.normal(size=(STEPS, 2, WIDTH)).astype(np.float32)
lengths = np.array([STEPS, SHORT], np.int32)

def model(kind, gates, with_lengths, **attributes):
    draw = np.random.default_rng(2)
    weights = {n: draw.normal(size=(1, gates * HIDDEN, k)).astype(np.float32) for n, k in (("W", WIDTH), ("R", HIDDEN))}
    value = lambda name, shape, kind=TensorProto.FLOAT: helper.make_tensor_value_info(name, kind, shape)
    inputs = [value("x", ["steps", "batch", WIDTH])] + ([value("lengths", ["batch"], TensorProto.INT32)] if with_lengths else [])
    node = helper.make_node(kind, ["x", "W", "R"] + (["", "lengths"] if with_lengths else []), ["y", "h"], hidden_size=HIDDEN, **attributes)
    outputs = [value("y", ["steps", 1, "batch", HIDDEN]), value("h", [1, "batch", HIDDEN])]
    graph = helper.make_graph([node], "g", inputs, outputs, [numpy_helper.from_array(v, n) for n, v in weights.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made

def both(made, feeds):
    session = onnxruntime.InferenceSession(made.SerializeToString())
    return ReferenceEvaluator(made).run(None, feeds), session.run(None, feeds)

for kind, gates in (("LSTM", 4), ("GRU", 3)):
    alone = both(model(kind, gates, False), {"x": melodies[:SHORT, 1:]})[1][1][0, 0]
    reference, runtime = both(model(kind, gates, True), {"x": melodies, "lengths": lengths})
    print(f"{kind}, last state of the short melody")
    for title, state in (("alone", alone), ("ONNX Runtime", runtime[1][0, 1]), ("reference", reference[1][0, 1])):
        print(f"  {title:13}", np.round(state, 4))
    if not np.allclose(runtime[1][0, 1], alone, atol=1e-6) or runtime[0][SHORT:, 0, 1].any():
        sys.exit(f"ONNX Runtime's {kind} no longer stops at a sequence's length.")
    if np.allclose(reference[1][0, 1], alone, atol=1e-3) or not reference[0][SHORT:, 0, 1].all():
        sys.exit(f"The reference's {kind} now stops at a sequence's length.")

plain = both(model("LSTM", 4, False), {"x": melodies})
for attribute in ({"clip": 0.1}, {"input_forget": 1}):
    reference, runtime = both(model("LSTM", 4, False, **attribute), {"x": melodies})
    ignored = [np.array_equal(a[0], b[0]) for a, b in zip((reference, runtime), plain)]
    print(f"LSTM with {attribute}: ignored by the reference {ignored[0]}, by ONNX Runtime {ignored[1]}")
    if ignored != [True, False]:
        sys.exit("An attribute of the LSTM is now treated otherwise.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/padded.py"
