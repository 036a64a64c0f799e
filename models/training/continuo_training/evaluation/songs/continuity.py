"""Which windows of a piece follow each other without a gap, by the piece's raw file.

The windows of a piece are in order, but bars between two of them may be missing: those in other meters, say. Every
onset of a window votes for the place in the raw file where its pitch starts. Two windows follow each other when
places of the two, each with nine tenths of its window's votes, lie a window apart.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import mido
import numpy as np
from numpy.typing import NDArray

from ...base.contract import STEPS
from ...data.musicxml import onsets_of_parts
from ...data.performance import AGREEMENT
from ...data.sources import BROKEN
from .music import MELODY, PITCHED


@dataclass(frozen=True)
class Archive:
    """The raw files of a data set: `files.tar.xz` in a folder beside `npz`.

    `inside`: only the archive's folders of this name count. `melody_first`: the first part is the melody. `votes`: the
    tracks of the windows that stand in the raw files.
    """

    folder: str
    inside: str = ""
    melody_first: bool = True
    votes: tuple[int, ...] = (MELODY, *PITCHED)


ARCHIVES = {
    "pop909": Archive("pop909"),
    "freedoom": Archive("freedoom", melody_first=False),
    "nottingham": Archive("nottingham", inside="melody", votes=(MELODY,)),
    "lieder": Archive("openscore-lieder"),
    "quartets": Archive("openscore-quartets"),
    "orchestra": Archive("openscore-orchestra", melody_first=False),
    "chorales": Archive("chorales"),
}
#: A track of this name is the melody wherever it stands.
MELODY_TRACK = "melody"


@dataclass
class RawPiece:
    """Where notes start in a raw file, in steps: by pitch, and the last onset of the melody (or of all, if unknown)."""

    starts: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    last: float = 0.0


def _midi_parts(data: bytes) -> list[tuple[str, list[tuple[float, int]]]]:
    """(name, [(onset in steps, pitch)]) of each track with notes."""
    midi = mido.MidiFile(file=io.BytesIO(data))
    parts = []
    for track in midi.tracks:
        tick, notes = 0, []
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity > 0:
                notes.append((tick * 4 / midi.ticks_per_beat, int(message.note)))
        if notes:
            parts.append((str(track.name), notes))
    return parts


def raw_piece(name: str, data: bytes, melody_first: bool) -> RawPiece:
    """Reads a MIDI file or a compressed MusicXML score."""
    is_midi = name.endswith(".mid")
    parts = _midi_parts(data) if is_midi else [("", notes) for notes in onsets_of_parts(data) if notes]
    if not parts:
        return RawPiece()
    parts.sort(key=lambda part: part[0].strip().lower() != MELODY_TRACK)
    phase = grid_phase([time for _, notes in parts for time, _ in notes])
    parts = [(part, [(time - phase, pitch) for time, pitch in notes]) for part, notes in parts]
    melody = parts[:1] if melody_first else parts
    return RawPiece(
        starts_of(note for _, notes in parts for note in notes), max(t for _, notes in melody for t, _ in notes)
    )


def grid_phase(times: list[float]) -> float:
    """How far, in steps from −0.5 to 0.5, the grid that fits these onsets best lies after whole steps."""
    turns = np.exp(2j * np.pi * np.array(times))
    return float(np.angle(turns.mean()) / (2 * np.pi))


def starts_of(notes: Iterable[tuple[float, int]]) -> dict[int, NDArray[np.float64]]:
    """Pitch → its onsets, from (onset, pitch)."""
    starts: dict[int, list[float]] = {}
    for time, pitch in notes:
        starts.setdefault(pitch, []).append(time)
    return {pitch: np.array(sorted(set(times))) for pitch, times in starts.items()}


def _votes(
    onsets: NDArray[np.int64], starts: dict[int, NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The places, in whole steps, for which onsets (step, pitch) vote, and the votes of each."""
    votes = [np.unique(np.round(starts[int(pitch)])) - step for step, pitch in onsets if int(pitch) in starts]
    values, counts = np.unique(np.concatenate(votes) if votes else np.zeros(0), return_counts=True)
    return values, counts


def places(onsets: NDArray[np.int64], starts: dict[int, NDArray[np.float64]]) -> set[int]:
    """The places, in whole steps, on which nine tenths of a window's onsets (step, pitch) agree."""
    values, counts = _votes(onsets, starts)
    return {int(v) for v in values[counts >= AGREEMENT * len(onsets)]}


def best_place(onsets: NDArray[np.int64], starts: dict[int, NDArray[np.float64]]) -> tuple[int, float]:
    """The place with most votes, the first of those, and its share of the onsets."""
    values, counts = _votes(onsets, starts)
    if not len(values):
        return 0, 0.0
    best = int(counts.argmax())
    return int(values[best]), float(counts[best] / len(onsets))


@dataclass
class Run:
    """Windows (by number) that follow each other, and the first place of the first one; `None` where it is unknown."""

    windows: list[int]
    place: int | None


def runs(windows: list[set[int]]) -> list[Run]:
    """The runs, from the places of each window; a window without places stands alone."""
    found: list[Run] = []
    at: set[int] = set()
    for number, here in enumerate(windows):
        following = {place for place in here if place - STEPS in at}
        at = following or here
        if following:
            found[-1].windows.append(number)
        else:
            found.append(Run([number], None))
        # A place of the first window counts only if the windows after it go on from there.
        found[-1].place = min(at) - STEPS * (len(found[-1].windows) - 1) if at else None
    return found


def raw_pieces(data: Path, dataset: str, names: set[str]) -> dict[str, RawPiece]:
    """The raw files of these pieces (names without ending); those that cannot be read are left out.

    Raises:
        BROKEN: the archive is missing or damaged.
    """
    found: dict[str, RawPiece] = {}
    kept = ARCHIVES[dataset]
    with tarfile.open(data / kept.folder / "files.tar.xz") as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            wanted = path.stem in names and path.suffix in (".mid", ".mxl") and path.stem not in found
            file = archive.extractfile(member) if wanted and member.isfile() else None
            if file is None or (kept.inside and path.parent.name != kept.inside):
                continue
            try:
                found[path.stem] = raw_piece(path.name, file.read(), kept.melody_first)
            except (*BROKEN, SyntaxError):  # SyntaxError: XML that does not parse
                continue
    return found
