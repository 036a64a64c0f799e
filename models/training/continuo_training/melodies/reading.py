"""The melodies of all data sets: lead sheets with melodies, and the windows of the others joined by piece."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..base.contract import GENRE_IDS, STEPS
from ..base.errors import StepError
from ..data.lead_sheets import LeadSheet, read_lead_sheets
from ..data.pop909_melodies import add_melodies
from ..data.sources import BROKEN, is_validation
from ..musical.chord_vocabulary import moved
from ..musical.key import MAJOR, MINOR, keys, shift_of_key
from ..musical.melodic_line import as_line
from .events import Melody

#: Silence of so many bars divides a melody.
LONG_REST = 3
#: Shorter melodies are left out.
FEWEST_BARS, FEWEST_NOTES = 4, 12
#: Data sets of which the windows are read, with their genres; pieces that have a lead sheet are left out.
WINDOWED = {
    "lieder": "classical",
    "quartets": "symphony",
    "orchestra": "symphony",
    "freedoom": "rock",
    "chorales": "chorale",
    "nottingham": "folk",
}
#: Sources of lead sheets → the data set with the same pieces, and the ending of their names there.
SAME_AS = {
    "nottingham": ("nottingham", ".mid"),
    "wir-lieder": ("lieder", ".mxl"),
    "wir-lieder-auto": ("lieder", ".mxl"),
    "bcmh": ("chorales", ".mxl"),
}

Notes = NDArray[np.int32]


def weights(notes: Notes) -> NDArray[np.float64]:
    """[12]: how long each pitch class sounds, and one step more for each onset."""
    found = np.zeros(12)
    np.add.at(found, notes[:, 2] % 12, notes[:, 1] + 1.0)
    return found


def is_minor(notes: Notes) -> bool:
    """Whether A minor fits notes in C major's signature better than C major does."""
    shares = np.sqrt(weights(notes))
    shares = shares / max(shares.sum(), 1e-9)
    return float(shares @ np.roll(MINOR, 9)) > float(shares @ np.array(MAJOR))


def one_line(notes: Notes) -> Notes:
    """The highest note of each onset, each until the next."""
    found: list[list[int]] = []
    for start, length, pitch in sorted(notes.tolist(), key=lambda n: (n[0], -n[2])):
        if found and start == found[-1][0]:
            continue
        if found:
            found[-1][1] = min(found[-1][1], start - found[-1][0])
        found.append([start, length, pitch])
    return np.array(found, np.int32).reshape(-1, 3)


def divided(notes: Notes, bar: int) -> list[tuple[Notes, int]]:
    """The melody's stretches between long rests, each with the bar where it starts, from there on step 0."""
    if not len(notes):
        return []
    ends = notes[:-1, 0] + notes[:-1, 1]
    cuts = np.flatnonzero(notes[1:, 0] // bar - -(-ends // bar) >= LONG_REST) + 1
    found = []
    for part in np.split(notes, cuts):
        first = int(part[0, 0]) // bar
        moved_part = part.copy()
        moved_part[:, 0] -= first * bar
        found.append((moved_part, first))
    return found


def _melodies(
    source: str,
    piece: str,
    genre: int,
    three: bool,
    validation: bool,
    notes: Notes,
    sheet: LeadSheet | None = None,
) -> list[Melody]:
    """The stretches of a melody, each moved to C major's signature."""
    found = []
    bar = 12 if three else 16
    for part, first in divided(one_line(notes), bar):
        if len(part) < FEWEST_NOTES or (part[-1, 0] + part[-1, 1]) < FEWEST_BARS * bar:
            continue
        if sheet is None:
            shift = shift_of_key(int(keys(weights(part)[None])[0]))
        else:
            shift = int(sheet.shifts[min(first, len(sheet.shifts) - 1)])
        there = part.copy()
        there[:, 2] += shift
        chords = None
        if sheet is not None:
            chords = moved(sheet.chords[first * (1 if three else 2) :].astype(np.int64), shift).astype(np.int16)
        found.append(Melody(source, piece, genre, three, is_minor(there), validation, there, chords))
    return found


def of_sheets(sheets: list[LeadSheet]) -> list[Melody]:
    """The melodies of lead sheets, with their chords."""
    found = []
    for s in sheets:
        if s.melody is not None and s.genre in GENRE_IDS:
            notes = s.melody.astype(np.int32)
            found += _melodies(s.source, s.name, GENRE_IDS.index(s.genre), s.three, s.validation, notes, s)
    return found


def _notes_of(onset: NDArray[np.bool_], sounding: NDArray[np.bool_]) -> Notes:
    """Notes of one line of planes [steps, 128]; what sounds without an onset continues no note and is left out."""
    starts, pitches = np.nonzero(onset)
    found = []
    for start, pitch in zip(starts.tolist(), pitches.tolist(), strict=True):
        end = start + 1
        while end < len(sounding) and sounding[end, pitch] and not onset[end].any():
            end += 1
        found.append((start, end - start, pitch))
    return np.array(found, np.int32).reshape(-1, 3)


def of_windows(npz: Path, source: str, genre: int, without: set[str]) -> list[Melody]:
    """The melodies of a file of windows, joined by piece as long as the meter stays; `without` names pieces."""
    with np.load(npz) as data:
        roll, onset = data["roll"][:, 0], data["onset"][:, 0]
        three, piece, names = data["meter"] == 34, data["piece"], [str(x) for x in data["pieces"]]
    found = []
    changes = np.flatnonzero((np.diff(piece) != 0) | (np.diff(three.astype(int)) != 0)) + 1
    for rows in np.split(np.arange(len(piece)), changes):
        name, short = names[piece[rows[0]]], bool(three[rows[0]])
        if name in without:
            continue
        used = 48 if short else STEPS
        on = np.unpackbits(onset[rows], axis=-1).astype(bool)[:, :used].reshape(1, -1, 128)
        full = np.unpackbits(roll[rows], axis=-1).astype(bool)[:, :used].reshape(1, -1, 128)
        line = as_line(on, full, highest=True)
        validation = is_validation(source, name)
        found += _melodies(source, name, genre, short, validation, _notes_of(line[0][0], line[1][0]))
    return found


def read_melodies(data: Path, sheets: Path) -> list[Melody]:
    """All melodies.

    Raises:
        StepError: the lead sheets or a file of windows is missing or damaged.
    """
    songs = read_lead_sheets(sheets)
    add_melodies(songs, sheets, data)
    found = of_sheets(songs)
    with_sheets: dict[str, set[str]] = {}
    for song in songs:
        if song.source in SAME_AS and song.melody is not None:
            dataset, ending = SAME_AS[song.source]
            with_sheets.setdefault(dataset, set()).add(song.name + ending)
    for source, genre in WINDOWED.items():
        npz = data / "npz" / f"{source}.npz"
        try:
            found += of_windows(npz, source, GENRE_IDS.index(genre), with_sheets.get(source, set()))
        except BROKEN as error:
            raise StepError(f"The melodies in {npz} cannot be read ({type(error).__name__}: {error}).") from error
    return found
