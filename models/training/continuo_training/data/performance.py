"""Velocities and timing of the windows, which carry neither: found by aligning windows with the raw files.

Every onset of a window votes for the place in the raw file where the same pitch starts; a window is used when at least
nine tenths of its onsets agree on one place. Timing is how much later (+) or earlier (−)
than its step a note starts, in hundredths of a step: swing, triplets and a player's own.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import mido
import numpy as np
from numpy.typing import NDArray

from ..base.contract import STEPS
from ..musical.drums import PERCUSSION
from .mma_grooves import bars_of_grooves
from .musicxml import onsets_of_score
from .sources import BROKEN, DATASETS

#: npz tracks of the parts drums, bass, chords, strings, counter.
PART_TRACKS = (1, 2, 3, 4, 5)
AGREEMENT = 0.9
#: In the arrays of timing: unknown.
UNKNOWN = -128


class Stroke(NamedTuple):
    """How a note was played: its velocity (0: unknown), and its timing in hundredths of a step."""

    velocity: int
    timing: int


NotesOnGrid = dict[tuple[int, int], Stroke]


def reason(error: Exception) -> str:
    """The error in one line."""
    return f"{type(error).__name__}: {error}".rstrip(": ")


def on_grid(found: list[tuple[float, int, int, bool]]) -> tuple[NotesOnGrid, NotesOnGrid]:
    """(step, pitch) → stroke of pitched and percussion notes, from (place in steps, pitch, velocity, percussion)."""
    if not found:
        return {}, {}
    turns = np.exp(2j * np.pi * np.array([f[0] for f in found]))
    phase = float(np.angle(turns.mean()) / (2 * np.pi))
    notes: tuple[NotesOnGrid, NotesOnGrid] = ({}, {})
    for place, pitch, velocity, struck in found:
        step = round(place - phase)
        stroke = Stroke(velocity, round(100 * (place - phase - step)))
        at = (step, pitch)
        if at not in notes[struck] or notes[struck][at].velocity < velocity:
            notes[struck][at] = stroke
    return notes


def midi_notes(data: bytes) -> tuple[NotesOnGrid, NotesOnGrid]:
    """The notes of a MIDI file on the grid that fits it best."""
    midi = mido.MidiFile(file=io.BytesIO(data))
    found: list[tuple[float, int, int, bool]] = []
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity > 0:
                place = tick * 4 / midi.ticks_per_beat
                found.append((place, message.note, message.velocity, message.channel == PERCUSSION))
    return on_grid(found)


def score_notes(data: bytes) -> tuple[NotesOnGrid, NotesOnGrid]:
    """The notes of a compressed MusicXML score, which has triplets but no velocities."""
    notes: NotesOnGrid = {}
    for place, pitch in onsets_of_score(data):
        step = round(place)
        notes.setdefault((step, pitch), Stroke(0, round(100 * (place - step))))
    return notes, {}


def place_of(onsets: NDArray[np.int64], starts: dict[int, NDArray[np.int64]]) -> tuple[int, float]:
    """The place of a window's onsets (step, pitch) in the raw file, and the share of onsets that agree on it."""
    votes = [starts[int(pitch)] - step for step, pitch in onsets if int(pitch) in starts]
    if not votes:
        return 0, 0.0
    values, counts = np.unique(np.concatenate(votes), return_counts=True)
    best = int(counts.argmax())
    return int(values[best]), float(counts[best] / len(onsets))


def window_strokes(
    onset: NDArray[np.bool_], pitched: NotesOnGrid, struck: NotesOnGrid, place: int
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """[5, 64] mean velocities (0: unknown) and median timings of the notes that start at each step."""
    velocity = np.zeros((5, STEPS), np.uint8)
    timing = np.full((5, STEPS), UNKNOWN, np.int8)
    for part, track in enumerate(PART_TRACKS):
        notes = struck if part == 0 else pitched
        heard: dict[int, list[Stroke]] = {}
        for step, pitch in np.argwhere(onset[track]):
            stroke = notes.get((int(step) + place, int(pitch)))
            if stroke is not None:
                heard.setdefault(int(step), []).append(stroke)
        for step, strokes in heard.items():
            values = [s.velocity for s in strokes]
            velocity[part, step] = round(max(values) if part == 0 else sum(values) / len(values))
            timing[part, step] = round(float(np.median([s.timing for s in strokes])))
    return velocity, timing


Found = tuple[NDArray[np.uint8], NDArray[np.int8], float]


def align(
    npz: Path,
    archive: Path,
    read: Callable[[bytes], tuple[NotesOnGrid, NotesOnGrid]],
    refused: list[str],
    most: int = 0,
) -> Found:
    """Velocities and timings [N, 5, 64] of a data set's windows, and the share of windows that were aligned.

    `refused` gets the name of each file that cannot be read, with the reason. The windows of such files stay unknown,
    and so do those of all files after the first `most` (0: all are read).
    """
    with np.load(npz) as data:
        onset, piece, names = data["onset"], data["piece"], [str(x) for x in data["pieces"]]
    velocity = np.zeros((len(piece), 5, STEPS), np.uint8)
    timing = np.full((len(piece), 5, STEPS), UNKNOWN, np.int8)
    aligned = files = 0
    rows_of: dict[str, NDArray[np.intp]] = {names[n]: np.nonzero(piece == n)[0] for n in np.unique(piece)}
    with tarfile.open(archive) as tar:
        for member in tar:
            rows = rows_of.get(PurePosixPath(member.name).name)
            if rows is None:
                rows = rows_of.get(PurePosixPath(member.name).stem)
            file = tar.extractfile(member) if rows is not None and member.isfile() else None
            if file is None or rows is None:
                continue
            files += 1
            if most and files > most:
                break
            try:
                pitched, struck = read(file.read())
            except Exception as error:  # one bad file of many is named and left out
                refused.append(f"{archive.parent.name}/{member.name}: {type(error).__name__}: {error}")
                continue
            places: dict[int, list[int]] = {}
            for step, pitch in pitched:
                places.setdefault(pitch, []).append(step)
            starts = {pitch: np.array(steps) for pitch, steps in places.items()}
            for row in rows:
                planes = np.unpackbits(onset[row], axis=-1).astype(bool)
                notes = np.argwhere(planes[[0, 2, 3, 4, 5]].any(0))
                place, share = place_of(notes, starts)
                if len(notes) and share >= AGREEMENT:
                    velocity[row], timing[row] = window_strokes(planes, pitched, struck, place)
                    aligned += 1
    return velocity, timing, aligned / max(1, len(piece))


def from_grooves(npz: Path) -> Found:
    """The same for the synthetic windows, from the table of how each groove plays a step of the bar."""
    table = bars_of_grooves()
    with np.load(npz) as data:
        grooves = [str(x) for x in data["groove"]] if data["groove"].dtype.kind in "US" else [
            str(data["grooves"][g]) for g in data["groove"]
        ]  # fmt: skip
        meter = data["meter"]
    velocity = np.zeros((len(grooves), 5, STEPS), np.uint8)
    timing = np.full((len(grooves), 5, STEPS), UNKNOWN, np.int8)
    known = 0
    for row, name in enumerate(grooves):
        if name not in table:
            continue
        bar = 12 if meter[row] == 34 else 16
        found_velocity, found_timing = table[name]
        for step in range(4 * bar):
            velocity[row, :, step] = found_velocity[:, step % bar]
            timing[row, :, step] = found_timing[:, step % bar]
        known += 1
    return velocity, timing, known / max(1, len(grooves))


#: Data set → its folder, and the reader of its raw files.
READERS: dict[str, tuple[str, Callable[[bytes], tuple[NotesOnGrid, NotesOnGrid]]]] = {
    "pop909": ("pop909", midi_notes),
    "freedoom": ("freedoom", midi_notes),
    "lieder": ("openscore-lieder", score_notes),
    "quartets": ("openscore-quartets", score_notes),
    "orchestra": ("openscore-orchestra", score_notes),
}
#: Sets whose notes stand exactly on the grid.
EVEN = ("nottingham", "chorales")


def add_performance(data: Path, prepared: Path, most_files: int = 0, without: Sequence[str] = ()) -> list[str]:
    """Writes velocity.npy and timing.npy beside the prepared arrays; returns what was refused, with reasons.

    The raw files of the data sets in `without` are not read, so their velocities and timing stay unknown. A data set
    whose archive is missing or damaged is refused, and stays unknown too.

    Each data set's part is kept in its own file, so that an interrupted run continues where it stopped.
    """
    with np.load(prepared / "windows.npz") as table:
        dataset, row = table["dataset"], table["row"]
    velocity = np.zeros((len(dataset), 5, STEPS), np.uint8)
    timing = np.full((len(dataset), 5, STEPS), UNKNOWN, np.int8)
    refused: list[str] = []
    for name in (*READERS, "mma_openewld"):
        mine = dataset == DATASETS.index(name)
        if not mine.any() or name in without:
            continue
        # A partial reading must not pass for a whole one.
        few = f"-first-{most_files}" if most_files and name in READERS else ""
        kept = prepared / f"performance-{name}{few}.npz"
        if not kept.exists():
            bad: list[str] = []
            npz = data / "npz" / f"{name}.npz"
            if name == "mma_openewld":
                found = from_grooves(npz)
            else:
                archive = data / READERS[name][0] / "files.tar.xz"
                try:
                    found = align(npz, archive, READERS[name][1], bad, most_files)
                except BROKEN as error:  # nothing is kept, so the next run reads a repaired archive
                    refused.append(f"{name}, velocities and timing: {archive} cannot be read ({reason(error)})")
                    continue
            temporary = kept.with_suffix(".tmp.npz")
            np.savez_compressed(temporary, velocity=found[0], timing=found[1], share=found[2], refused=json.dumps(bad))
            temporary.replace(kept)
        with np.load(kept) as file:
            velocity[mine], timing[mine] = file["velocity"][row[mine]], file["timing"][row[mine]]
            refused += json.loads(str(file["refused"]))
            print(f"{name}: velocities or timing for {float(file['share']):.0%} of the windows", flush=True)
    for name in EVEN:
        timing[dataset == DATASETS.index(name)] = 0
    groove = prepared / "groove-timing.npy"
    if groove.exists():
        timing[dataset == DATASETS.index("groove_drums"), 0] = np.load(groove)
    np.save(prepared / "velocity.npy", velocity)
    np.save(prepared / "timing.npy", timing)
    return refused
