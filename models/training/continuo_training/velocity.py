"""Velocities for windows whose raw MIDI files are at hand, found by aligning the two.

The windows carry no velocities. Every onset of a window votes for the place in the raw file where the same pitch
starts; a window is used when at least nine tenths of its onsets agree on one place.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path, PurePosixPath

import mido
import numpy as np
from numpy.typing import NDArray

from .contract import STEPS
from .prepare import DATASETS

#: npz tracks of the parts drums, bass, chords, strings, counter.
PART_TRACKS = (1, 2, 3, 4, 5)
AGREEMENT = 0.9
PERCUSSION = 9

Notes = dict[tuple[int, int], int]


def quantised(midi: mido.MidiFile) -> tuple[Notes, Notes]:
    """(step, pitch) → velocity of the pitched and of the percussion notes, on the grid that fits the file best."""
    found: list[tuple[float, int, int, bool]] = []
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity > 0:
                place = tick * 4 / midi.ticks_per_beat
                found.append((place, message.note, message.velocity, message.channel == PERCUSSION))
    if not found:
        return {}, {}
    turns = np.exp(2j * np.pi * np.array([f[0] for f in found]))
    phase = float(np.angle(turns.mean()) / (2 * np.pi))
    notes: tuple[Notes, Notes] = ({}, {})
    for place, pitch, velocity, struck in found:
        at = (round(place - phase), pitch)
        notes[struck][at] = max(notes[struck].get(at, 0), velocity)
    return notes


def place_of(onsets: NDArray[np.int64], starts: dict[int, NDArray[np.int64]]) -> tuple[int, float]:
    """Where in the raw file a window's onsets (step, pitch) stand, and the share of onsets that agree."""
    votes = [starts[int(pitch)] - step for step, pitch in onsets if int(pitch) in starts]
    if not votes:
        return 0, 0.0
    values, counts = np.unique(np.concatenate(votes), return_counts=True)
    best = int(counts.argmax())
    return int(values[best]), float(counts[best] / len(onsets))


def window_velocities(onset: NDArray[np.bool_], pitched: Notes, struck: Notes, place: int) -> NDArray[np.uint8]:
    """[5, 64] mean velocities of the notes that start at each step; 0 where none is known."""
    out = np.zeros((5, STEPS), np.uint8)
    for part, track in enumerate(PART_TRACKS):
        notes = struck if part == 0 else pitched
        heard: dict[int, list[int]] = {}
        for step, pitch in np.argwhere(onset[track]):
            velocity = notes.get((int(step) + place, int(pitch)))
            if velocity is not None:
                heard.setdefault(int(step), []).append(velocity)
        for step, values in heard.items():
            out[part, step] = round(max(values) if part == 0 else sum(values) / len(values))
    return out


def align(npz: Path, archive: Path) -> tuple[NDArray[np.uint8], float]:
    """Velocities [N, 5, 64] of a data set's windows, and the share of windows that were aligned."""
    with np.load(npz) as data:
        onset, piece, names = data["onset"], data["piece"], [str(x) for x in data["pieces"]]
    out = np.zeros((len(piece), 5, STEPS), np.uint8)
    aligned = 0
    with tarfile.open(archive) as tar:
        members = {PurePosixPath(m.name).name: m for m in tar.getmembers() if m.isfile()}
        for number in np.unique(piece):
            member = members.get(names[number])
            file = tar.extractfile(member) if member is not None else None
            if file is None:
                continue
            try:
                pitched, struck = quantised(mido.MidiFile(file=io.BytesIO(file.read())))
            except (OSError, ValueError, EOFError):
                continue
            places: dict[int, list[int]] = {}
            for step, pitch in pitched:
                places.setdefault(pitch, []).append(step)
            starts = {pitch: np.array(steps) for pitch, steps in places.items()}
            for row in np.nonzero(piece == number)[0]:
                planes = np.unpackbits(onset[row], axis=-1).astype(bool)
                notes = np.argwhere(planes[[0, 2, 3, 4, 5]].any(0))
                place, share = place_of(notes, starts)
                if len(notes) and share >= AGREEMENT:
                    out[row] = window_velocities(planes, pitched, struck, place)
                    aligned += 1
    return out, aligned / len(piece)


def add_velocities(data: Path, prepared: Path) -> None:
    """Writes velocity.npz beside the prepared arrays."""
    with np.load(prepared / "windows.npz") as table:
        dataset = table["dataset"]
    velocity = np.zeros((len(dataset), 5, STEPS), np.uint8)
    for name in ("pop909", "freedoom"):
        found, share = align(data / "npz" / f"{name}.npz", data / name / "files.tar.xz")
        velocity[dataset == DATASETS.index(name)] = found
        print(f"{name}: velocities for {share:.0%} of the windows", flush=True)
    np.savez_compressed(prepared / "velocity.npz", velocity=velocity)
