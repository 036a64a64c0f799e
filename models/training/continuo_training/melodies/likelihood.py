"""How likely the shipped melody network finds whole melodies: a judge of what other networks write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .events import CHORD, LONGEST, LOOKBACK, MEMORY, NONE, REST, UNKNOWN_LEFT, Events, Melody, events, lookback, places

Floats = NDArray[np.float32]


class Judge:
    """`melody.onnx`, run over many melodies at once."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        shape = next(i.shape for i in self.session.get_inputs() if i.name == "keys")
        self.memory = tuple(int(size) for size in shape[1:])

    def nats_a_note(self, melodies: list[Melody]) -> NDArray[np.float64]:
        """The negative log-likelihood of each melody, in nats a note; at most the first 160 events count."""
        lines = [events(m)[:MEMORY] for m in melodies]
        size, longest = len(lines), max(len(line) for line in lines)
        keys, values = (np.zeros((size, *self.memory), np.float32) for _ in range(2))
        begun = np.zeros((size, MEMORY), np.int64)
        total = np.zeros(size)
        for number in range(longest):
            inputs, starts, read_starts = self._inputs(melodies, lines, number)
            distance = np.concatenate([starts[:, None] - begun, (starts - read_starts)[:, None]], 1)
            known = np.broadcast_to(np.arange(MEMORY + 1) < number, distance.shape).copy()
            known[:, -1] = True
            inputs |= {
                "distance": np.maximum(distance, 0).astype(np.float32),
                "remembered": known.astype(np.float32),
                "keys": keys,
                "values": values,
            }
            likely, key, value = self.session.run(None, inputs)
            keys[:, :, :, number % MEMORY], values[:, :, :, number % MEMORY] = key, value
            begun[:, number % MEMORY] = read_starts
            for row, line in enumerate(lines):
                if number < len(line):
                    total[row] -= likely[row, line[number, 0], line[number, 1] - 1]
        notes = np.array([max(int((line[:, 0] != REST).sum()), 1) for line in lines])
        found: NDArray[np.float64] = total / notes
        return found

    def _inputs(
        self, melodies: list[Melody], lines: list[Events], number: int
    ) -> tuple[dict[str, Floats], NDArray[np.int64], NDArray[np.int64]]:
        size = len(lines)
        event, place = np.zeros((size, 2), np.float32), np.zeros((size, 6), np.float32)
        back = np.zeros((size, len(LOOKBACK), 2), np.float32)
        starts, read_starts = np.zeros(size, np.int64), np.zeros(size, np.int64)
        for row, (melody, line) in enumerate(zip(melodies, lines, strict=True)):
            at = min(number, len(line) - 1)
            before = line[at - 1] if at else np.array((NONE, 0, 0))
            starts[row], read_starts[row] = line[at, 2], before[2]
            event[row] = before[:2]
            here = np.array([line[at, 2]], np.int32)
            place[row] = places(melody, here)[0]
            place[row, 2] = UNKNOWN_LEFT
            back[row] = lookback(line[:at], here, melody.bar)[0]
        chords = np.zeros((size, 2 * CHORD), np.float32)
        return {"event": event, "place": place, "back": back, "chords": chords}, starts, read_starts


assert LONGEST == 32
