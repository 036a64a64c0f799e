"""Continuations by the program."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import mido
import numpy as np

from ..base.contract import GENRE_IDS
from ..base.errors import StepError
from .events import LOWEST, REST, Events
from .figures import Excerpt

#: Ticks of a sixteenth in the files that the program reads and in its report.
STEP = 240


def write_midi(events: Events, three: bool, shift: int, path: Path) -> None:
    """Events as a MIDI file, transposed."""
    midi, track = mido.MidiFile(ticks_per_beat=4 * STEP), mido.MidiTrack()
    midi.tracks.append(track)
    track.append(mido.MetaMessage("time_signature", numerator=3 if three else 4, denominator=4))
    track.append(mido.MetaMessage("track_name", name="Melody"))
    now = 0
    for symbol, length, start in events.tolist():
        if symbol == REST:
            continue
        pitch = int(symbol) + LOWEST + shift
        track.append(mido.Message("note_on", note=pitch, velocity=90, time=STEP * start - now))
        track.append(mido.Message("note_off", note=pitch, velocity=0, time=STEP * length))
        now = STEP * (start + length)
    midi.save(path)


def by_program(
    program: Path, e: Excerpt, genre: int, three: bool, seed: int, more: list[str]
) -> tuple[Excerpt, dict[str, float]]:
    """What `continuo extend` writes after the excerpt, moved back to C major's signature; and its report.

    Raises:
        StepError: the program failed.
    """
    shift = seed * 5 % 12 - 6
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.mid", Path(folder) / "out.mid"
        write_midi(e.before, three, shift, source)
        command = [str(program), "extend", str(source), "-o", str(target), "--bars", str(e.bars), "--seed", str(seed)]
        command += ["--genre", GENRE_IDS[genre], "--pickup", "0", "--json", *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StepError(f"continuo extend failed: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    first = STEP * e.bar * 16
    rows = [
        (note["pitch"] - LOWEST - shift, max(1, round(note["length"] / STEP)), round((note["start"] - first) / STEP))
        for note in report["notes"]
    ]
    notes = [(symbol, length, start) for symbol, length, start in rows if start >= 0]
    facts = {"events": report["events"], "milliseconds": report["milliseconds"], "home": float(report["ends_on_tonic"])}
    return Excerpt(e.before, np.array(notes, np.int32).reshape(-1, 3), e.bar, e.bars), facts
