#!/usr/bin/env bash
# Packages: onnxruntime 1.32.0, tract 0.23.9, onnx 1.23.2 (Python; tract's wheel is the Rust library). Seen on 2026-11-28.
#
# The same LSTM, valid by onnx's full check and with fixed shapes, in four forms. ONNX Runtime refuses layout=1 (batch first) when it loads
# the model. tract runs that, but fails at the first run of a plain LSTM over a batch of two or more when all of this is so: it goes one way
# only, has no initial states, and its third output, the last cell state, is asked for. Without that output it runs, and so it does with
# initial states, both ways, or with a batch of one. Where both run, they agree.
#
# Who meets it: whoever ships a recurrent network for both runtimes. A network tried with a batch of one passes everywhere.
# For us: our networks are not recurrent; one that is must be exported with layout 0 and initial states, and tried with a batch of two.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 tract==0.23.9 onnx==1.23.2 numpy==2.4.6
cat > "$folder/lstm.py" <<'PY'
import sys
import numpy as np
import onnx
import onnxruntime
import tract
from onnx import TensorProto, helper, numpy_helper

onnxruntime.set_default_logger_severity(4)
HIDDEN, WIDTH, STEPS = 4, 3, 5
numbers = np.random.default_rng(1)

def floats(*shape):
    return numbers.normal(size=shape).astype(np.float32)

def run(title, batch, outputs, states=False, **attributes):
    ways = 2 if attributes.get("direction") == "bidirectional" else 1
    first = attributes.get("layout") == 1
    feeds = {"x": floats(batch, STEPS, WIDTH) if first else floats(STEPS, batch, WIDTH)}
    if states:
        feeds |= {"h0": floats(ways, batch, HIDDEN), "c0": floats(ways, batch, HIDDEN)}
    state = [batch, ways, HIDDEN] if first else [ways, batch, HIDDEN]
    shapes = {"y": [batch, STEPS, ways, HIDDEN] if first else [STEPS, ways, batch, HIDDEN], "h": state, "c": state}
    node = helper.make_node("LSTM", ["x", "W", "R"] + (["", "", "h0", "c0"] if states else []), outputs, hidden_size=HIDDEN, **attributes)
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    weights = {"W": floats(ways, 4 * HIDDEN, WIDTH), "R": floats(ways, 4 * HIDDEN, HIDDEN)}
    graph = helper.make_graph(
        [node], "lstm", [value(n, list(v.shape)) for n, v in feeds.items()], [value(n, shapes[n]) for n in outputs],
        [numpy_helper.from_array(v, n) for n, v in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path = sys.argv[1] + "/m.onnx"
    onnx.save(model, path)
    got = []
    try:
        got.append(onnxruntime.InferenceSession(path).run(None, feeds))
    except Exception:
        got.append(None)
    try:
        runnable = tract.onnx().load(path).into_model().into_runnable()
        got.append([o.to_numpy() for o in runnable.run(list(feeds.values()))])
    except tract.TractError:
        got.append(None)
    if None not in got and not all(np.allclose(a, b, atol=1e-5) for a, b in zip(*got)):
        sys.exit(f"{title}: the two runtimes disagree.")
    runs = tuple(g is not None for g in got)
    print(f"{title:52} ONNX Runtime {'runs' if runs[0] else 'fails':6} tract {'runs' if runs[1] else 'fails'}")
    return runs

both = (True, True)
expected = [
    (run("batch 1, cell state asked for", 1, ["y", "h", "c"]), both),
    (run("batch 2, cell state not asked for", 2, ["y", "h"]), both),
    (run("batch 2, cell state asked for", 2, ["y", "h", "c"]), (True, False)),
    (run("batch 2, cell state, initial states given", 2, ["y", "h", "c"], states=True), both),
    (run("batch 2, cell state, both ways", 2, ["y", "h", "c"], direction="bidirectional"), both),
    (run("batch 2, cell state, layout 1", 2, ["y", "h", "c"], layout=1), (False, True)),
]
if any(got != wanted for got, wanted in expected):
    sys.exit("One of the runtimes now treats one of these LSTMs otherwise.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/lstm.py" "$folder"
