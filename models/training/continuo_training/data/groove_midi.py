"""Drum windows with velocities and timing from the raw Groove MIDI files."""

from __future__ import annotations

import csv
import io
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from ..base.contract import GENRE_IDS, STEPS, VOICES
from ..musical.drums import VOICE_OF_KEY

GENRE_OF_STYLE = {
    "rock": "rock",
    "punk": "rock",
    "pop": "pop",
    "soul": "pop",
    "gospel": "pop",
    "funk": "pop",
    "hiphop": "electronic",
    "dance": "electronic",
    "jazz": "jazz",
    "neworleans": "jazz",
    "blues": "jazz",
    "latin": "latin",
    "afrocuban": "latin",
    "afrobeat": "latin",
    "highlife": "latin",
    "reggae": "latin",
    "country": "folk",
}


@dataclass
class Groove:
    """Windows of 4 bars: the velocity of each stroke (0: none), the timing of each step in its hundredths (−128: none),
    and the piece and genre of each window."""

    velocity: NDArray[np.uint8]
    timing: NDArray[np.int8]
    piece: NDArray[np.int32]
    genre: NDArray[np.uint8]
    names: list[str]


def strokes(midi: mido.MidiFile) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """[steps, 12] velocities on the nearest sixteenth, and [steps] median timings."""
    step = midi.ticks_per_beat / 4
    found: list[tuple[int, int, int]] = []
    late: dict[int, list[float]] = {}
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity > 0 and message.note in VOICE_OF_KEY:
                place = round(tick / step)
                found.append((place, VOICE_OF_KEY[message.note], message.velocity))
                late.setdefault(place, []).append(tick / step - place)
    out = np.zeros((max((s for s, _, _ in found), default=0) + 1, VOICES), np.uint8)
    for s, voice, velocity in found:
        out[s, voice] = max(out[s, voice], velocity)
    timing = np.full(len(out), -128, np.int8)
    for s, values in late.items():
        timing[s] = round(100 * float(np.median(values)))
    return out, timing


def read_groove(archive: Path, is_read: Callable[[str], bool] = lambda name: True) -> Groove:
    """All 4/4 beats of the archive as consecutive windows; only the pieces that `is_read` chooses by their names."""
    windows: list[NDArray[np.uint8]] = []
    timings: list[NDArray[np.int8]] = []
    pieces: list[int] = []
    genres: list[int] = []
    names: list[str] = []
    with tarfile.open(archive) as tar:
        members = {m.name: m for m in tar.getmembers() if m.isfile()}
        table = next(n for n in members if n.endswith("info.csv"))
        root = table[: -len("info.csv")]
        reader = tar.extractfile(members[table])
        assert reader is not None
        rows = list(csv.DictReader(io.StringIO(reader.read().decode())))
        for row in rows:
            genre = GENRE_OF_STYLE.get(row["style"].split("/")[0])
            name = root + row["midi_filename"]
            if genre is None or row["beat_type"] != "beat" or row["time_signature"] != "4-4" or name not in members:
                continue
            if not is_read(row["midi_filename"]):
                continue
            file = tar.extractfile(members[name])
            assert file is not None
            played, late = strokes(mido.MidiFile(file=io.BytesIO(file.read())))
            names.append(row["midi_filename"])
            for start in range(0, len(played) - STEPS + 1, STEPS):
                windows.append(played[start : start + STEPS])
                timings.append(late[start : start + STEPS])
                pieces.append(len(names) - 1)
                genres.append(GENRE_IDS.index(genre))
    return Groove(np.stack(windows), np.stack(timings), np.array(pieces, np.int32), np.array(genres, np.uint8), names)
