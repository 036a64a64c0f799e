"""How the grooves of the accompaniment generator MMA play: velocities and timing by the step of a bar.

The synthetic windows come from MMA on a sixteenth grid without velocities. `measure` lets MMA (Debian's package `mma`)
play each groove over plain chords and writes down, for each part and step of a bar, the mean velocity and the median
timing. `grooves.json` keeps the table, so that preparing needs no MMA.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import mido
import numpy as np
from numpy.typing import NDArray

from ..musical.drums import PERCUSSION

TABLE = Path(__file__).with_name("grooves.json")
BARS = 24
_CHORDS = ("C", "Am", "F", "G7", "Em", "A7", "Dm", "G7")
Table = dict[str, tuple[NDArray[np.uint8], NDArray[np.int8]]]


def bars_of_grooves() -> Table:
    """Groove → velocities [5, 16] (0: no note) and timings [5, 16] in hundredths of a step (−128: no note)."""
    if not TABLE.exists():
        return {}
    found: dict[str, dict[str, list[list[int]]]] = json.loads(TABLE.read_text())
    return {n: (np.array(x["velocity"], np.uint8), np.array(x["timing"], np.int8)) for n, x in found.items()}


def _part_of(track: mido.MidiTrack, channel: int) -> int | None:
    name = str(track.name).lower()
    if channel == PERCUSSION or name.startswith("drum"):
        return 0
    if name.startswith(("bass", "walk")):
        return 1
    return 2 if name.startswith(("chord", "arpeggio", "scale", "plectrum", "aria")) else None


def _table(midi: mido.MidiFile) -> dict[str, list[list[int]]]:
    beats = next((m.numerator for t in midi.tracks for m in t if m.type == "time_signature"), 4)
    bar = 12 if beats == 3 else 16
    velocities: dict[tuple[int, int], list[int]] = {}
    timings: dict[tuple[int, int], list[int]] = {}
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type != "note_on" or message.velocity == 0:
                continue
            part = _part_of(track, message.channel)
            place = tick * 4 / midi.ticks_per_beat
            step = round(place)
            if part is not None:
                key = (part, step % bar)
                velocities.setdefault(key, []).append(message.velocity)
                timings.setdefault(key, []).append(round(100 * (place - step)))
    velocity = [[0] * 16 for _ in range(5)]
    timing = [[-128] * 16 for _ in range(5)]
    for (part, step), values in velocities.items():
        velocity[part][step] = round(sum(values) / len(values))
        timing[part][step] = round(float(np.median(timings[part, step])))
    return {"velocity": velocity, "timing": timing}


def measure(grooves: list[str]) -> None:
    """Plays each groove with MMA and writes the table; names and leaves out the grooves that MMA does not know."""
    out: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in grooves:
            source, target = Path(folder) / "groove.mma", Path(folder) / "groove.mid"
            target.unlink(missing_ok=True)
            chords = "\n".join(f"{i + 1} {_CHORDS[i % len(_CHORDS)]}" for i in range(BARS))
            # MMA moves strokes a little at random; with a fixed seed the table comes out the same again.
            source.write_text(f"RndSeed 1\nTempo 120\nGroove {name}\n{chords}\n")
            done = subprocess.run(["mma", "-f", str(target), str(source)], capture_output=True, text=True, check=False)
            if not target.exists():
                print(f"{name}: {done.stdout.strip().splitlines()[-1:]}", flush=True)
                continue
            out[name] = _table(mido.MidiFile(target))
    TABLE.write_text(json.dumps(out, separators=(",", ":")) + "\n")
