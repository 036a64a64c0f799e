"""The melodies of POP909 on the time of its lead sheets, which come without them."""

from __future__ import annotations

import io
import json
import lzma
import tarfile
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from ..base.errors import StepError
from .lead_sheets import LeadSheet
from .sources import BROKEN

SOURCE = "pop909"
ARCHIVE = Path("pop909") / "files.tar.xz"
BEATS = "beat_midi.txt"
TRACK = "MELODY"
STEPS_A_QUARTER = 4


def steps_at_seconds(midi: mido.MidiFile, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sixteenths from the start of a MIDI file at these times, by its tempo changes."""
    tick, now, tempo = 0, 0.0, 500_000
    ticks, times = [0.0], [0.0]
    for message in mido.merge_tracks(midi.tracks):
        tick += message.time
        now += mido.tick2second(message.time, midi.ticks_per_beat, tempo)
        if message.type == "set_tempo":
            tempo = message.tempo
            ticks.append(float(tick))
            times.append(now)
    # The last tempo goes on beyond the last note.
    ticks.append(tick + 1000.0 * midi.ticks_per_beat)
    times.append(now + mido.tick2second(1000 * midi.ticks_per_beat, midi.ticks_per_beat, tempo))
    return np.asarray(np.interp(seconds, times, ticks) * STEPS_A_QUARTER / midi.ticks_per_beat, np.float64)


def _notes(midi: mido.MidiFile) -> list[tuple[float, float, int]]:
    """Start and end in sixteenths, and pitch, of the melody's notes."""
    track = next((track for track in midi.tracks if track.name.strip().upper() == TRACK), None)
    notes, started, tick = [], {}, 0
    for message in track or []:
        tick += message.time
        if message.type == "note_on" and message.velocity > 0:
            started[message.note] = tick
        elif message.type in ("note_on", "note_off") and message.note in started:
            scale = STEPS_A_QUARTER / midi.ticks_per_beat
            notes.append((started.pop(message.note) * scale, tick * scale, message.note))
    return notes


def melody_on_beats(midi: mido.MidiFile, beats: NDArray[np.float64], first: int) -> NDArray[np.int16]:
    """The melody [notes, 3] as a lead sheet has it; `beats` are in seconds, and number `first` is time 0."""
    steps = steps_at_seconds(midi, beats)
    quarters = np.arange(len(beats)) - first

    def place(step: float) -> int:
        return round(STEPS_A_QUARTER * float(np.interp(step, steps, quarters)))

    notes = [(place(start), place(end), pitch) for start, end, pitch in _notes(midi)]
    kept = sorted((start, max(1, end - start), pitch) for start, end, pitch in notes if start >= 0)
    return np.array(kept, np.int16).reshape(-1, 3)


def _first_beats(sheets: Path) -> dict[str, int]:
    """Name → the number of the beat that is time 0."""
    with lzma.open(sheets, "rt") as lines:
        songs = (json.loads(line) for line in lines)
        return {s["name"]: s["pop909_beat0"] for s in songs if s["source"] == SOURCE and "pop909_beat0" in s}


def add_melodies(songs: list[LeadSheet], sheets: Path, data: Path) -> int:
    """Gives the lead sheets of POP909 their melodies; returns how many got one.

    Raises:
        StepError: the archive or the lead sheets are missing or damaged.
    """
    try:
        first = _first_beats(sheets)
        texts: dict[str, bytes] = {}
        files: dict[str, bytes] = {}
        with tarfile.open(data / ARCHIVE) as archive:
            for member in archive:
                path = Path(member.name)
                file = archive.extractfile(member) if path.parent.name in first and member.isfile() else None
                if file is not None and path.name == BEATS:
                    texts[path.parent.name] = file.read()
                elif file is not None and path.name == f"{path.parent.name}.mid":
                    files[path.stem] = file.read()
    except BROKEN as error:
        raise StepError(
            f"The melodies in {data / ARCHIVE} cannot be read ({type(error).__name__}: {error})."
        ) from error
    count = 0
    for song in songs:
        if song.source != SOURCE or song.name not in texts or song.name not in files:
            continue
        beats = [float(line.split()[0]) for line in texts[song.name].decode().splitlines() if line.strip()]
        melody = melody_on_beats(mido.MidiFile(file=io.BytesIO(files[song.name])), np.array(beats), first[song.name])
        if len(melody):
            song.melody = melody
            count += 1
    return count
