"""Fills of drummers: a few for each genre, chosen so that the others are near one of them.

The Groove MIDI Dataset (Gillick et al. 2019, CC BY 4.0) tells fills from beats. Most are a bar of 4/4 long; of longer
ones the last bar is taken. A stroke on the bar line after the fill is the next section's.
"""

from __future__ import annotations

import csv
import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from ..base.contract import VOICES
from ..musical.drums import VOICE_OF_KEY
from .groove_midi import GENRE_OF_STYLE
from .sources import is_validation

#: Sixteenths of the bar that is filled.
STEPS = 16
#: Fills of each genre.
CHOSEN = 10
#: A fill on another grid (mostly triplets outside jazz) is left out: more than MOST_OFF of it is so far off the steps.
OFF_GRID = 0.35
MOST_OFF = 0.2
#: Voices that are crash and ride cymbals.
CYMBALS = (7, 8)
#: A fill has at least so many strokes, and the last of them no earlier than this step.
LEAST = 5
LAST = 12
#: As many fills of all genres count beside a genre's own in how often a cymbal ends them.
SHARED = 5


@dataclass(frozen=True)
class Stroke:
    """A stroke of a fill."""

    step: int
    voice: int
    velocity: int
    timing: int  # hundredths of a step, later is positive


@dataclass
class Fill:
    """A fill of one bar."""

    genre: str
    strokes: tuple[Stroke, ...]
    #: Whether the next bar begins with a crash or ride; `None` if the recording stops before it.
    cymbal: bool | None


def fill_of(genre: str, places: Sequence[tuple[float, int, int]]) -> Fill | None:
    """The last bar of a fill from (place in sixteenths, voice, velocity); `None` if it is not on the grid."""
    last = max(place for place, _, _ in places)
    # A fill that ends on a bar line ends the bar before it.
    lands = last % STEPS < 1 and last >= STEPS - 1
    start = (int(last) // STEPS - lands) * STEPS
    found: dict[tuple[int, int], Stroke] = {}
    off = 0
    for place, voice, velocity in places:
        step = round(place - start)
        if 0 <= step < STEPS:
            timing = place - start - step
            off += abs(timing) > OFF_GRID
            # Only swing is meant for others to follow.
            stroke = Stroke(step, voice, velocity, round(100 * timing) if genre == "jazz" else 0)
            if velocity > getattr(found.get((step, voice)), "velocity", 0):
                found[step, voice] = stroke
    strokes = tuple(found[key] for key in sorted(found))
    if len(strokes) < LEAST or strokes[-1].step < LAST or (off > MOST_OFF * len(strokes) and genre != "jazz"):
        return None
    ending = [voice for place, voice, _ in places if round(place - start) == STEPS]
    return Fill(genre, strokes, any(voice in CYMBALS for voice in ending) if ending else None)


def read_fills(archive: Path) -> list[Fill]:
    """The fills in 4/4 that are not for validation."""
    fills = []
    with tarfile.open(archive) as tar:
        members = {m.name: m for m in tar.getmembers() if m.isfile()}
        table = next(name for name in members if name.endswith("info.csv"))
        reader = tar.extractfile(members[table])
        assert reader is not None
        for row in csv.DictReader(io.StringIO(reader.read().decode())):
            genre = GENRE_OF_STYLE.get(row["style"].split("/")[0])
            name = table[: -len("info.csv")] + row["midi_filename"]
            wanted = row["beat_type"] == "fill" and row["time_signature"] == "4-4" and name in members
            if genre is None or not wanted or is_validation("groove_drums", row["midi_filename"]):
                continue
            file = tar.extractfile(members[name])
            assert file is not None
            fill = fill_of(genre, _places(mido.MidiFile(file=io.BytesIO(file.read()))))
            if fill is not None:
                fills.append(fill)
    return fills


def _places(midi: mido.MidiFile) -> list[tuple[float, int, int]]:
    found = []
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity > 0 and message.note in VOICE_OF_KEY:
                found.append((tick * 4 / midi.ticks_per_beat, VOICE_OF_KEY[message.note], message.velocity))
    return found


def _shape(fill: Fill) -> NDArray[np.float64]:
    """What is heard of a fill as a unit vector: velocities by step and voice, a little blurred in time."""
    grid = np.zeros((STEPS + 2, VOICES))
    for stroke in fill.strokes:
        grid[stroke.step + 1, stroke.voice] = stroke.velocity / 127
    blurred = grid + 0.4 * (np.roll(grid, 1, 0) + np.roll(grid, -1, 0))
    flat: NDArray[np.float64] = blurred.ravel()
    return flat / np.linalg.norm(flat)


def representative(fills: Sequence[Fill], count: int) -> list[Fill]:
    """`count` of the fills, so that all fills together lie as near as possible to the nearest one."""
    shapes = np.stack([_shape(fill) for fill in fills])
    likeness = shapes @ shapes.T
    nearest = np.zeros(len(fills))
    chosen: list[int] = []
    for _ in range(min(count, len(fills))):
        gains = np.maximum(likeness, nearest[None]).sum(1)
        gains[chosen] = -1
        best = int(gains.argmax())
        chosen.append(best)
        nearest = np.maximum(nearest, likeness[best])
    return [fills[index] for index in chosen]


@dataclass
class GenreFills:
    """What a genre's drummers do at the end of a section."""

    genre: str
    fills: list[Fill]
    #: How often a cymbal is struck on the bar line after a fill, where the recording goes on so far.
    cymbal: float
    #: How many fills were read.
    read: int


def measure(data: Path) -> list[GenreFills]:
    """The fills of each genre that has any, in the order of the genres' names."""
    fills = read_fills(data / "groove" / "files.tar.xz")
    everywhere = float(np.mean([fill.cymbal for fill in fills if fill.cymbal is not None]))
    found = []
    for genre in sorted({fill.genre for fill in fills}):
        own = [fill for fill in fills if fill.genre == genre]
        ends = [fill.cymbal for fill in own if fill.cymbal is not None]
        cymbal = (sum(ends) + SHARED * everywhere) / (len(ends) + SHARED)
        found.append(GenreFills(genre, representative(own, CHOSEN), cymbal, len(own)))
    return found
