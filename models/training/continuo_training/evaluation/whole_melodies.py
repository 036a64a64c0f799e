"""Measures the program under whole melodies, with and without its corrections.

The rest of the report looks at the network alone, one window after real music. Here `continuo arrange` does everything:
it finds the key, plays phrase after phrase, chooses notes from probabilities, and corrects them.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import mido
import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Floats
from ..base.contract import GENRE_IDS, GENRES, LOWEST, PARTS, PITCHED, PITCHES, STEPS, VOICES
from ..data.windows import Windows
from ..musical.drums import VOICE_OF_KEY
from . import metrics
from .comparison import followed, gaps
from .results import PlayedMelodies, WholeMelodies

#: Planes [windows, 8, 64, 84] and strokes [windows, 64, 12], and the program's own figures.
Arranged = tuple[tuple[Floats, Floats], dict[str, Any]]

#: The windows of a melody to arrange.
LENGTH = 4
#: Ticks of a quarter note, of a step, and of a window, in the files that are written.
QUARTER = 960
STEP = QUARTER // 4
WINDOW = STEPS * STEP
#: What is compared, with the program's options.
KINDS = {"as played": [], "without corrections": ["--no-polish"]}


def melodies(windows: Windows, rows: NDArray[np.int64], most: int) -> list[NDArray[np.int64]]:
    """Runs of `LENGTH` windows that follow each other, taken from those of `rows`; each window is used once."""
    chosen: list[NDArray[np.int64]] = []
    free = set(rows.tolist())
    for first in sorted(free):
        run = range(first, first + LENGTH)
        if all(r in free for r in run) and all(windows.has_next[r] for r in run[:-1]):
            chosen.append(np.array(run))
            free.difference_update(run)
    order = np.random.default_rng(7).permutation(len(chosen))[:most]
    return [chosen[i] for i in sorted(order)]


def melody_file(melody: Floats) -> mido.MidiFile:
    """A MIDI file of melody planes [windows, 2, 64, 84], at 120 quarter notes a minute."""
    onset = np.concatenate(melody[:, 0], 0) > 0.5
    sounding = np.concatenate(melody[:, 1], 0) > 0.5
    events: list[tuple[int, int, int]] = []  # tick, 0 for an end and 1 for a start, pitch
    for step, pitch in np.argwhere(onset):
        end = step + 1
        while end < len(onset) and sounding[end, pitch] and not onset[end, pitch]:
            end += 1
        events += [(int(step) * STEP, 1, int(pitch) + LOWEST), (int(end) * STEP, 0, int(pitch) + LOWEST)]
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="Melody")])
    now = 0
    for tick, kind, pitch in sorted(events):
        track.append(mido.Message("note_on", note=pitch, velocity=96 * kind, time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, len(melody) * WINDOW - now)))
    file = mido.MidiFile(type=1, ticks_per_beat=QUARTER)
    file.tracks.append(track)
    return file


def planes_of_file(file: mido.MidiFile, count: int) -> tuple[Floats, Floats]:
    """Planes [count, 8, 64, 84] and strokes [count, 64, 12] of the parts in a file that the program wrote."""
    pitched = np.zeros((8, count * STEPS, PITCHES), np.float32)
    drums = np.zeros((count * STEPS, VOICES), np.float32)
    for track in file.tracks:
        part = track.name.lower()
        if part not in PARTS:
            continue
        plane = 2 * PITCHED.index(part) if part in PITCHED else -1
        tick, started = 0, {}
        for message in track:
            tick += message.time
            step = round(tick / STEP)
            if message.type == "note_on" and message.velocity > 0:
                if plane < 0 and step < len(drums) and message.note in VOICE_OF_KEY:
                    drums[step, VOICE_OF_KEY[message.note]] = 1
                started[message.note] = step
            elif message.type in ("note_on", "note_off") and message.note in started:
                first = started.pop(message.note)
                pitch = message.note - LOWEST
                if plane >= 0 and first < count * STEPS and 0 <= pitch < PITCHES:
                    pitched[plane, first, pitch] = 1
                    pitched[plane + 1, first : max(first + 1, step), pitch] = 1
    by_window = pitched.reshape(8, count, STEPS, PITCHES).swapaxes(0, 1)
    return by_window, drums.reshape(count, STEPS, VOICES)


def arranged(program: Path, model: Path, genre: str, melody: Floats, options: list[str]) -> Arranged:
    """What the program plays under a melody, and its own figures."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "melody.mid", Path(folder) / "arranged.mid"
        melody_file(melody).save(source)
        line = [program, "arrange", source, "-o", target, "--genre", genre, "--takes", "1", "--json", *options]
        environment = {**os.environ, "CONTINUO_MODEL": str(model), "CONTINUO_DATA": folder}
        found = subprocess.run(list(map(str, line)), env=environment, capture_output=True, text=True, check=False)
        if found.returncode:
            raise RuntimeError(f"{program} could not arrange a melody: {found.stderr.strip()}")
        pitched, drums = planes_of_file(mido.MidiFile(target), len(melody))
    return (pitched, drums), json.loads(found.stdout)


def measure(
    program: Path, model: Path, windows: Windows, genre: str, rows: NDArray[np.int64], most: int
) -> WholeMelodies | None:
    """The figures of one genre, by kind; `None` when the genre has no melody that is long enough."""
    runs = melodies(windows, rows, max(1, most // LENGTH))
    if not runs:
        return None
    every = np.concatenate(runs)
    planes = np.unpackbits(windows.planes[every], axis=-1)[..., LOWEST : LOWEST + PITCHES] > 0
    melody, parts, drums = planes[:, :2], planes[:, 2:], windows.drums[every] > 0
    listed = np.array([p in GENRES[GENRE_IDS.index(genre)].parts for p in PARTS])
    exists = np.concatenate([drums.any((1, 2))[:, None], parts[:, 1::2].any((2, 3))], 1) & listed
    real = metrics.measure(melody, parts, drums, exists)
    out = WholeMelodies(len(runs), {})
    for kind, options in KINDS.items():
        made = [
            arranged(program, model, genre, melody[i : i + LENGTH].astype(np.float32), options)
            for i in range(0, len(every), LENGTH)
        ]
        pitched, struck = (np.concatenate([music[i] for music, _ in made]) > 0.5 for i in range(2))
        found = metrics.measure(melody, pitched, struck, exists)
        notes = sum(sum(v for k, v in own["notes"].items() if k != "melody") for _, own in made)
        out.kinds[kind] = PlayedMelodies(
            float(np.median(list(gaps(real, found).values()))),
            *followed(real, found),
            mended=sum(own["mended"] for _, own in made) / max(1, notes),
        )
    return out
