import json
from pathlib import Path

import numpy as np
import onnxruntime

from continuo_training.base.files import checksum
from continuo_training.export import reference_outputs as reference

MODELS = Path(__file__).resolve().parents[2]


def as_array(described: dict[str, object]) -> np.ndarray:
    """An input as the file describes it."""
    shape = described["shape"]
    if "values" in described:
        return np.array(described["values"], np.float32).reshape(shape)
    values = np.zeros(shape, np.float32)
    values.ravel()[described["ones"]] = 1
    return values


def test_the_shipped_files_answer_as_pytorch_did() -> None:
    facts = json.loads((MODELS / f"{reference.NAME}.json").read_text())
    numbers = np.fromfile(MODELS / f"{reference.NAME}.f32", "<f4")
    # The networks of the melody tools and of drums have references of their own.
    others = {
        "drummer.onnx",
        "melody.onnx",
        "melody-lstm.onnx",
        "phrase-decoder.onnx",
        "phrase-encoder.onnx",
        "reviser.onnx",
    }
    assert {c["file"] for c in facts["cases"]} | others == {p.name for p in MODELS.glob("*.onnx")}
    for case in facts["cases"]:
        path = MODELS / case["file"]
        assert checksum(path) == case["sha256"], "`reference` must be run again after `export`"
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        found = session.run([o["name"] for o in case["outputs"]], {i["name"]: as_array(i) for i in case["inputs"]})
        for output, values in zip(case["outputs"], found, strict=True):
            size = int(np.prod(output["shape"]))
            wanted = numbers[output["first"] : output["first"] + size].reshape(output["shape"])
            assert values.shape == wanted.shape and np.abs(values - wanted).max() <= facts["within"]


def test_the_files_stay_small() -> None:
    assert sum(p.stat().st_size for p in MODELS.glob(f"{reference.NAME}.*")) < 1_100_000
