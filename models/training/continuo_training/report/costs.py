"""The picture of how cost grows, with what the arithmetic alone would cost beside it: docs/costs.png."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..export.arithmetic import multiply_adds
from ..export.graphs import initializers

#: The networks of a phrase, and whether each runs for every take or once.
NETWORKS = {"encoder": False, "harmonizer": False, "continuo": True, "conductor": True}
#: What the measured phrases have where it is not varied.
TAKES, BARS, BARS_OF_A_WINDOW = 4, 4, 4
#: The bytes of a note in the score: start, length, pitch, velocity.
NOTE = 16
#: The matrices that are multiplied to find the processor's peak, by their size, and how often.
SIZE, TIMES = 512, 60

#: What was varied, and what it costs.
Points = list[tuple[float, float]]


@dataclass
class Machine:
    """What the machine can do at best."""

    multiply_adds: float  # of one thread, a second
    bytes: float  # written, a second
    cores: int

    @classmethod
    def measured(cls) -> Machine:
        """This one: a product of matrices in the runtime, and a copy of more than fits into caches."""
        return cls(_peak(), _copied(), os.cpu_count() or 1)


@dataclass
class Chart:
    """One picture: measured lines, and the limit."""

    title: str
    across: str
    up: str
    lines: dict[str, Points]
    limit: str
    limits: Points


def _peak() -> float:
    import onnxruntime
    from onnx import TensorProto, helper

    square = [SIZE, SIZE]
    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, square) for name in ("a", "b", "product")]
    node = helper.make_node("MatMul", ["a", "b"], ["product"])
    graph = helper.make_graph([node], "product", tensors[:2], tensors[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    inputs = {name: np.ones(square, np.float32) for name in ("a", "b")}
    return SIZE**3 / _fastest(lambda: session.run(None, inputs))


def _copied() -> float:
    source = np.ones(1 << 25, np.float32)
    target = np.empty_like(source)
    return source.nbytes / _fastest(lambda: np.copyto(target, source))


def _fastest(work: Callable[[], Any]) -> float:
    """Seconds: what disturbs only makes it slower."""
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


def read(path: Path) -> dict[str, Points]:
    """The points of each chart."""
    found: dict[str, Points] = {}
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["chart"], []).append((float(line["at"]), float(line["value"])))
    return found


def charts(points: dict[str, Points], models: Path, machine: Machine) -> list[Chart]:
    """All charts."""
    import onnx

    networks = {name: onnx.load(str(models / f"{name}.onnx")) for name in NETWORKS}

    def phrase(takes: float, bars: float = BARS) -> float:
        """The least milliseconds."""
        work = sum(
            multiply_adds(model, {"batch": int(takes) if NETWORKS[name] else 1}) for name, model in networks.items()
        )
        return 1e3 * -(-bars // BARS_OF_A_WINDOW) * work / machine.multiply_adds

    weights = sum(a.size for model in networks.values() for a in initializers(model).values())
    peak = f"its products at {2e-9 * machine.multiply_adds:.0f} GFLOP/s, the peak of a thread"

    def limit(chart: str, least: Callable[[float], float]) -> Points:
        return [(at, least(at)) for at, _ in points[chart]]

    def waiting(instances: float) -> float:
        return phrase(TAKES) * max(1.0, instances / machine.cores)

    notes = dict(points["notes by song"])
    return [
        Chart(
            "A phrase of four bars by its takes", "takes", "ms",
            {
                "ONNX Runtime": points["phrase by takes"],
                "built-in runtime": points["phrase by takes, built-in runtime"],
            },
            peak, limit("phrase by takes", phrase),
        ),
        Chart(
            "A phrase of four takes by its bars", "bars", "ms", {"ONNX Runtime": points["phrase by bars"]},
            peak, limit("phrase by bars", lambda bars: phrase(TAKES, bars)),
        ),
        Chart(
            "A phrase while others are made", "instances that play at once", "ms",
            {"an offline render, by phrase": points["phrase by instances"]},
            f"the same, shared by {machine.cores} cores", limit("phrase by instances", waiting),
        ),
        Chart(
            "Memory by the song's length", "minutes at 120 BPM", "MB", {"private memory": points["memory by song"]},
            f"the notes that play, {NOTE} bytes each", limit("memory by song", lambda at: notes[at] * NOTE / 1e6),
        ),
        Chart(
            "Memory by instances", "instances, two phrases each", "MB",
            {"private memory": points["memory by instances"]},
            "weights in 32 bits, if each process held its own", limit("memory by instances", lambda _: 4e-6 * weights),
        ),
        Chart(
            "Loading by the size of the files", "MB in 16 bits", "ms",
            {
                "the first time": sorted(points["loading by size, unprepared"]),
                "prepared in the cache folder": sorted(points["loading by size, prepared"]),
            },
            f"its weights written once, {1e-9 * machine.bytes:.1f} GB/s",
            sorted(limit("loading by size, prepared", lambda size: 1e3 * 2e6 * size / machine.bytes)),
        ),
    ]  # fmt: skip


def draw(found: list[Chart], path: Path) -> None:
    """Draws two rows of charts."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, len(found) // 2, figsize=(15, 8))
    for chart, axis in zip(found, axes.flat, strict=True):
        for (name, line), colour in zip(chart.lines.items(), ("#1f6fb4", "#d1495b"), strict=False):
            axis.plot(*zip(*line, strict=True), marker="o", color=colour, label=name)
        axis.plot(*zip(*chart.limits, strict=True), color="#777777", linestyle="--", label=chart.limit)
        axis.set_title(chart.title, fontsize=11, loc="left")
        axis.set_xlabel(chart.across)
        axis.set_ylabel(chart.up)
        axis.set_xlim(left=0)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)
