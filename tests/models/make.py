"""Makes the small networks beside this file: a generator of contract 2, a conductor and a style encoder, and in `split` a
generator of contract 3 with its encoder, in the form of models/README.md. They learnt nothing: their answers can be worked out by hand, so that tests know what is right.

Run with `onnx` from PyPI: `python tests/models/make.py`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

STEPS, PITCHES, VOICES, STYLE, NOISE = 64, 84, 12, 4, 8
SPACE = "hand-made"
PARTS = ["drums", "bass", "chords", "strings", "counter"]
DRUM_VOICES = [36, 38, 37, 42, 46, 45, 48, 49, 51, 70, 63, 64]
#: MIDI pitches that bass, chords, strings and counter play.
NOTES = [[36], [60, 64, 67], [55], [72]]

Floats = NDArray[np.float32]


class Graph:
    """Nodes and constants that become a file."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, values: Floats | NDArray[np.int64]) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, kind: str, *inputs: str, output: str = "", **attributes: object) -> str:
        name = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def number(self, value: float) -> str:
        return self.constant(np.float32(value))

    def shaped(self, name: str, *shape: int) -> str:
        return self.node("Reshape", name, self.constant(np.array([-1, *shape], np.int64)))

    def part(self, name: str, start: int, end: int) -> str:
        """Elements start…end of the second axis."""
        bounds = [self.constant(np.array([n], np.int64)) for n in (start, end, 1)]
        return self.node("Slice", name, *bounds)

    def mean(self, name: str, *shape: int) -> str:
        """The mean of each row, shaped."""
        flat = self.node("Flatten", name, axis=1)
        return self.shaped(self.node("ReduceMean", flat, axes=[1], keepdims=1), *shape)

    def save(
        self,
        path: Path,
        inputs: dict[str, list[int]],
        outputs: dict[str, list[int]],
        description: dict[str, object],
        contract: int = 2,
    ) -> str:
        """Writes the file; returns its checksum."""

        def value(name: str, shape: list[int]) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])

        graph = helper.make_graph(
            self.nodes,
            path.stem,
            [value(*item) for item in inputs.items()],
            [value(*item) for item in outputs.items()],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        mark = hashlib.sha256(path.name.encode()).hexdigest()
        entries = {"continuo.contract": str(contract), "continuo.checksum": mark, "continuo.model": json.dumps(description)}
        helper.set_model_props(model, entries)
        onnx.checker.check_model(model)
        data = model.SerializeToString()
        digest = hashlib.sha256(data.replace(mark.encode(), b"0" * 64)).hexdigest()
        path.write_bytes(data.replace(mark.encode(), digest.encode()))
        return digest


def time_pattern(steps: list[int], length: int, modulus: int) -> Floats:
    """1 on the steps, counted in every `modulus`, and the `length` − 1 steps after them."""
    covered = {(s + k) % modulus for s in steps for k in range(length)}
    return np.array([1.0 if t % modulus in covered else 0.0 for t in range(STEPS)], np.float32)


def generator(path: Path) -> None:
    """Long notes on the half bars, short swung ones where the noise says so; the counter doubles a given bass."""
    g = Graph()
    always, sometimes = (np.zeros((1, 8, STEPS, 1), np.float32) for _ in range(2))
    pitches = np.zeros((1, 8, 1, PITCHES), np.float32)
    for part, notes in enumerate(NOTES):
        always[0, 2 * part, :, 0] = time_pattern([0], 1, 8)
        always[0, 2 * part + 1, :, 0] = time_pattern([0], 7, 8)
        sometimes[0, 2 * part, :, 0] = sometimes[0, 2 * part + 1, :, 0] = time_pattern([7], 1, 8)
        for note in notes:
            pitches[0, 2 * part : 2 * part + 2, 0, note - 24] = 1.0
    # Noise value n steers part n; the style's first number makes every part play more or less.
    steering = g.shaped(g.part("noise", 0, 4), 4, 1, 1, 1)
    pairs = g.shaped(g.node("Concat", steering, steering, axis=2), 8, 1, 1)
    more = g.node("Add", pairs, g.shaped(g.part("style", 0, 1), 1, 1, 1))
    short = g.node("Mul", more, g.constant(sometimes))
    wanted = g.node("Add", g.node("Mul", short, g.number(8.0)), g.constant(10.0 * always))
    where = g.node("Mul", wanted, g.constant(pitches))
    doubled = g.node("Mul", g.part("given", 0, 2), g.number(20.0))
    silent = g.node("Mul", g.part("given", 2, 8), g.number(0.0))
    logits = g.node("Add", where, g.node("Concat", silent, doubled, axis=1))
    g.node("Sigmoid", g.node("Add", logits, g.number(-5.0)), output="pitched")

    voices = np.zeros((1, STEPS, VOICES), np.float32)
    voices[0, :, 0] = time_pattern([0], 1, 8)
    voices[0, :, 1] = time_pattern([4], 1, 8)
    voices[0, :, 8] = time_pattern([0, 3], 1, 4)
    still = g.node("Mul", "context_drums", g.number(0.0))
    strokes = g.node("Add", still, g.constant(10.0 * voices - 5.0))
    g.node("Sigmoid", strokes, output="drums")

    flat = g.node("Mul", g.mean("melody", 1, 1), g.number(0.0))
    velocity = np.full((1, 5, STEPS), 0.6, np.float32)
    velocity[0, :, ::4] = 0.8
    g.node("Add", flat, g.constant(velocity), output="velocity")
    swing = np.zeros((1, 5, STEPS), np.float32)
    swing[0, :, 3::4] = -1 / 3
    g.node("Add", flat, g.constant(swing), output="timing")
    unused = ["heard", "context", "given_drums", "given_parts", "meter"]
    for name in unused:
        g.nodes.append(helper.make_node("Identity", [name], [f"{name}_unused"]))
    inputs = {
        "melody": [2, STEPS, PITCHES],
        "heard": [STEPS],
        "context": [10, STEPS, PITCHES],
        "context_drums": [STEPS, VOICES],
        "given": [8, STEPS, PITCHES],
        "given_drums": [STEPS, VOICES],
        "given_parts": [5],
        "style": [STYLE],
        "noise": [NOISE],
        "meter": [2],
    }
    outputs = {
        "pitched": [8, STEPS, PITCHES],
        "drums": [STEPS, VOICES],
        "velocity": [5, STEPS],
        "timing": [5, STEPS],
    }
    g.save(path, inputs, outputs, generator_description())


def generator_description() -> dict[str, object]:
    """The metadata of a generator."""
    programs = {"bass": 32, "chords": 0, "strings": 48, "counter": 73}
    genres = [
        {"id": "plain", "name": "Plain", "style": [0.0, 0.0, 0.0, 0.0], "parts": PARTS, "programs": programs},
        {"id": "busy", "name": "Busy", "style": [2.0, 0.5, 0.0, 0.0], "parts": PARTS[:3], "programs": programs},
    ]
    return {
        "name": "hand-made",
        "version": "1.0.0",
        "licence": "GPL-3.0-or-later",
        "steps": STEPS,
        "lowest_pitch": 24,
        "pitches": PITCHES,
        "style_size": STYLE,
        "noise_size": NOISE,
        "style_space": SPACE,
        "parts": PARTS,
        "drum_voices": DRUM_VOICES,
        "default_genre": "plain",
        "genres": genres,
        "training": {"data": []},
    }


def helper_description(role: str) -> dict[str, object]:
    """The metadata of a conductor or a style encoder."""
    return {
        "role": role,
        "name": f"hand-made {role}",
        "version": "1.0.0",
        "licence": "GPL-3.0-or-later",
        "style_size": STYLE,
        "style_space": SPACE,
        "training": {"data": []},
    }


PLAYED = {"pitched": [8, STEPS, PITCHES], "drums": [STEPS, VOICES], "parts": [5]}


def conductor(path: Path) -> None:
    """The more the parts play, the better."""
    g = Graph()
    score = g.node("Mul", g.mean("pitched", 1), g.number(1000.0))
    for name in ("melody", "heard", "context", "context_drums", "style", "meter", "drums", "parts"):
        score = g.node("Add", score, g.node("Mul", g.mean(name, 1), g.number(0.0)))
    g.nodes.append(helper.make_node("Squeeze", [score, g.constant(np.array([1], np.int64))], ["score"]))
    inputs = {
        "melody": [2, STEPS, PITCHES],
        "heard": [STEPS],
        "context": [10, STEPS, PITCHES],
        "context_drums": [STEPS, VOICES],
        "style": [STYLE],
        "meter": [2],
        **PLAYED,
    }
    g.save(path, inputs, {"score": []}, helper_description("conductor"))


def encoder(path: Path) -> None:
    """How much the parts sound, how much the drums, how much the melody, and whether there are four beats."""
    g = Graph()
    numbers = [
        g.node("Mul", g.mean("pitched", 1), g.number(100.0)),
        g.node("Mul", g.mean("drums", 1), g.number(10.0)),
        g.node("Mul", g.mean("melody", 1), g.number(100.0)),
        g.part("meter", 0, 1),
    ]
    style = g.node("Concat", *numbers, axis=1)
    g.node("Add", style, g.node("Mul", g.mean("parts", 1), g.number(0.0)), output="style")
    inputs = {"melody": [2, STEPS, PITCHES], **PLAYED, "meter": [2]}
    g.save(path, inputs, {"style": [STYLE]}, helper_description("style encoder"))


QUALITIES = [{"id": "maj", "tones": [0, 4, 7]}, {"id": "min", "tones": [0, 3, 7]}, {"id": "7", "tones": [0, 4, 7, 10]}]
CHORDS = 12 * len(QUALITIES) + 1
SLOTS = 8
ENCODED = STYLE + 2


def split(folder: Path) -> None:
    """A generator in two files: bass and chords play where the noise says so; the plan is C major where none is given."""
    folder.mkdir(exist_ok=True)
    reads = {
        "melody": [2, STEPS, PITCHES],
        "heard": [STEPS],
        "context": [10, STEPS, PITCHES],
        "context_drums": [STEPS, VOICES],
        "given": [8, STEPS, PITCHES],
        "given_drums": [STEPS, VOICES],
        "given_parts": [5],
        "style": [STYLE],
        "meter": [2],
    }
    g = Graph()
    unread = g.number(0.0)
    for name in ("context", "context_drums", "given", "given_drums", "given_parts", "meter"):
        unread = g.node("Add", unread, g.node("Mul", g.mean(name, 1), g.number(0.0)))
    heard = g.node("Add", g.mean("heard", 1), unread)
    g.node("Concat", "style", g.mean("melody", 1), heard, output="encoded", axis=1)
    facts = helper_description("encoder") | {"encoded_size": ENCODED}
    checksum = g.save(folder / "encoder.onnx", reads, {"encoded": [ENCODED]}, facts, 3)

    g = Graph()
    always, pitches = np.zeros((1, 8, STEPS, 1), np.float32), np.zeros((1, 8, 1, PITCHES), np.float32)
    for part, notes in enumerate(NOTES[:2]):
        always[0, 2 * part, :, 0] = time_pattern([0], 1, 8)
        always[0, 2 * part + 1, :, 0] = time_pattern([0], 7, 8)
        for note in notes:
            pitches[0, 2 * part : 2 * part + 2, 0, note - 24] = 1.0
    louder = g.shaped(g.node("Add", g.part("noise", 0, 1), g.part("encoded", 0, 1)), 1, 1, 1)
    wanted = g.node("Mul", g.node("Add", louder, g.number(10.0)), g.constant(always * pitches))
    g.node("Sigmoid", g.node("Add", wanted, g.number(-5.0)), output="pitched")
    nothing = g.node("Mul", g.mean("encoded", 1, 1), g.number(0.0))
    g.node("Add", nothing, g.constant(np.full((1, STEPS, VOICES), 0.1, np.float32)), output="drums")
    g.node("Add", nothing, g.constant(np.full((1, 5, STEPS), 0.6, np.float32)), output="velocity")
    g.node("Add", nothing, g.constant(np.zeros((1, 5, STEPS), np.float32)), output="timing")
    plain = np.zeros((1, SLOTS, CHORDS + 12), np.float32)
    plain[0, :, 0] = plain[0, :, CHORDS] = 1.0
    g.node("Add", nothing, g.constant(plain), output="chords")
    is_given = g.shaped("chords_given", SLOTS, 1)
    own = g.node("Mul", g.node("Sub", g.number(1.0), is_given), g.constant(plain))
    g.node("Add", own, g.node("Mul", is_given, "given_chords"), output="chosen_chords")
    inputs = {"encoded": [ENCODED], "noise": [NOISE], "given_chords": [SLOTS, CHORDS + 12], "chords_given": [SLOTS]}
    vectors = [SLOTS, CHORDS + 12]
    outputs = {
        "pitched": [8, STEPS, PITCHES],
        "drums": [STEPS, VOICES],
        "velocity": [5, STEPS],
        "timing": [5, STEPS],
        "chords": vectors,
        "chosen_chords": vectors,
    }
    description = generator_description() | {
        "encoded_size": ENCODED,
        "encoder": checksum,
        "chords": {"slots": SLOTS, "qualities": QUALITIES},
    }
    g.save(folder / "continuo.onnx", inputs, outputs, description, 3)


if __name__ == "__main__":
    here = Path(__file__).parent
    split(here / "split")
    generator(here / "continuo.onnx")
    conductor(here / "conductor.onnx")
    encoder(here / "style-encoder.onnx")
