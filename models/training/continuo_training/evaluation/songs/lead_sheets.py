"""Lead sheets of validation pieces: chords and sections from a collection beside the data, joined by name.

The collection is a folder `harmony` beside the folder of data sets, with a song a line in `harmony.jsonl.xz`.
"""

from __future__ import annotations

import io
import json
import lzma
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mido
import numpy as np
from numpy.typing import NDArray

from ...data.pop909_melodies import steps_at_seconds
from .chords import Chord, chord_of
from .continuity import ARCHIVES, best_place, grid_phase, starts_of
from .music import BAR, BEAT, MELODY
from .phrases import Label
from .validation_songs import Song

HARMONY = "harmony.jsonl.xz"
#: Data set → the name of its lead sheets in the collection.
COLLECTIONS = {
    "pop909": "pop909",
    "nottingham": "nottingham",
    "mma_openewld": "openewld",
    "lieder": "wir-lieder",
    "chorales": "bcmh",
}
#: The share of the melody's onsets that must stand in the lead sheet, at one shift.
AGREEMENT = 0.7
BEATS_A_BAR = BAR // BEAT


@dataclass
class LeadSheet:
    """A song's chord of each beat (`None`: no chord), and its sections if a person marked them."""

    chords: list[Chord | None]
    sections: list[Label] | None


def quarters_by_melody(song: Song, melody: Sequence[Sequence[float]]) -> NDArray[np.float64] | None:
    """The lead sheet's time (quarters) of each beat of the song, from its melody [start, length, pitch]."""
    onsets = np.argwhere(song.music.onset[MELODY])
    starts = starts_of((BEAT * float(start), int(pitch)) for start, _, pitch in melody)
    place, share = best_place(onsets, starts)
    if share < AGREEMENT:
        return None
    beats: NDArray[np.float64] = place / BEAT + np.arange(song.music.onset.shape[1] // BEAT, dtype=np.float64)
    return beats


def beats_of_pop909(data: Path, names: set[str]) -> dict[str, NDArray[np.float64]]:
    """The beats of pieces of POP909, in steps on the grid of the raw file (as `continuity` counts them).

    Raises:
        BROKEN: the archive is missing or damaged.
    """
    texts: dict[str, bytes] = {}
    files: dict[str, bytes] = {}
    with tarfile.open(data / ARCHIVES["pop909"].folder / "files.tar.xz") as archive:
        for member in archive:
            path = Path(member.name)
            file = archive.extractfile(member) if path.parent.name in names and member.isfile() else None
            if file is not None and path.name == "beat_midi.txt":
                texts[path.parent.name] = file.read()
            elif file is not None and path.name == f"{path.parent.name}.mid":
                files[path.stem] = file.read()
    found = {}
    for name in texts.keys() & files.keys():
        seconds = np.array([float(line.split()[0]) for line in texts[name].decode().splitlines() if line.strip()])
        midi = mido.MidiFile(file=io.BytesIO(files[name]))
        onsets = []
        for track in midi.tracks:
            tick = 0
            for message in track:
                tick += message.time
                if message.type == "note_on" and message.velocity > 0:
                    onsets.append(tick * BEAT / midi.ticks_per_beat)
        found[name] = steps_at_seconds(midi, seconds) - grid_phase(onsets)
    return found


def quarters_by_beats(song: Song, beats: NDArray[np.float64], first: int) -> NDArray[np.float64] | None:
    """The same from the beats of the raw file, of which number `first` is time 0."""
    if song.place is None:
        return None
    steps = song.place + BEAT * np.arange(song.music.onset.shape[1] // BEAT)
    return np.asarray(np.interp(steps, beats, np.arange(len(beats)) - first), np.float64)


def sections_at(quarters: NDArray[np.float64], sections: Sequence[Sequence[Any]]) -> list[Label] | None:
    """The sections [start, end, label] that the song's bars lie in, as labels and bars."""
    middles = quarters[::BEATS_A_BAR] + BEATS_A_BAR / 2
    owners = [next((i for i, s in enumerate(sections) if s[0] <= middle < s[1]), -1) for middle in middles]
    labels: list[Label] = []
    for bar, owner in enumerate(owners):
        name = str(sections[owner][2]) if owner >= 0 else "none"
        if bar and owner == owners[bar - 1]:
            labels[-1] = (name, labels[-1][1] + 1)
        else:
            labels.append((name, 1))
    return labels if any(owner >= 0 for owner in owners) else None


def chords_at(quarters: NDArray[np.float64], chords: Sequence[Sequence[Any]]) -> list[Chord | None]:
    """The chord [start, length, root, quality, bass] that sounds in the middle of each beat."""
    starts = np.array([chord[0] for chord in chords], np.float64)
    found: list[Chord | None] = []
    for middle in quarters + 0.5:
        row = chords[int(np.searchsorted(starts, middle, "right")) - 1] if middle >= starts[0] else None
        inside = row is not None and middle < row[0] + row[1]
        found.append(chord_of(row[2], row[3], row[4]) if row is not None and inside else None)
    return found


def lead_sheets(harmony: Path, data: Path, songs: Sequence[Song]) -> dict[int, LeadSheet]:
    """Number of the song → its lead sheet, where there is one that its melody (or its beats) can be placed on.

    Raises:
        BROKEN: the collection cannot be read.
    """
    by_beats = {s.name for s in songs if s.dataset == "pop909"}
    beats = beats_of_pop909(data, by_beats) if by_beats else {}
    numbers: dict[tuple[str, str], list[int]] = {}
    for n, song in enumerate(songs):
        if song.dataset in COLLECTIONS:
            numbers.setdefault((COLLECTIONS[song.dataset], song.name), []).append(n)
    found: dict[int, LeadSheet] = {}
    with lzma.open(harmony / HARMONY, "rt", encoding="utf-8") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            for number in numbers.get((row["source"], row["name"]), []):
                song = songs[number]
                if "pop909_beat0" in row:
                    has_beats = song.name in beats
                    quarters = quarters_by_beats(song, beats[song.name], row["pop909_beat0"]) if has_beats else None
                else:
                    quarters = quarters_by_melody(song, row.get("melody", []))
                if quarters is None:
                    continue
                marked = [] if "sections_from" in row else row.get("sections", [])
                found[number] = LeadSheet(chords_at(quarters, row["chords"]), sections_at(quarters, marked))
    return found
