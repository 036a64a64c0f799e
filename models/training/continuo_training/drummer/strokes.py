"""Drum performances as arrays: strokes on the grid of sixteenths with loudness and timing, from raw MIDI files."""

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
from ..base.errors import StepError
from ..data.groove_midi import GENRE_OF_STYLE
from ..data.sources import BROKEN, is_validation
from ..musical.drums import VOICE_OF_KEY

#: Windows begin at each bar.
BAR = 16


@dataclass
class Performances:
    """Windows of four bars. A stroke has a velocity above 0; timings are in steps, −0.5 to 0.5."""

    velocity: NDArray[np.float32]  # [N, 64, 12], 0 to 1
    timing: NDArray[np.float32]  # [N, 64, 12]
    piece: NDArray[np.int32]
    genre: NDArray[np.int64]
    validation: NDArray[np.bool_]

    def rows(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Performances:
        """Some of the windows."""
        return Performances(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def strokes(midi: mido.MidiFile) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """[steps, 12] velocities and timings of the strokes; of two in one cell, the louder one."""
    step = midi.ticks_per_beat / 4
    found: list[tuple[int, int, float, float]] = []
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity > 0 and message.note in VOICE_OF_KEY:
                place = round(tick / step)
                found.append((place, VOICE_OF_KEY[message.note], message.velocity / 127, tick / step - place))
    count = max((place for place, *_ in found), default=0) + 1
    velocity, timing = np.zeros((count, VOICES), np.float32), np.zeros((count, VOICES), np.float32)
    for place, voice, loud, late in found:
        if loud > velocity[place, voice]:
            velocity[place, voice], timing[place, voice] = loud, late
    return velocity, timing


def read_performances(archive: Path, is_read: Callable[[str], bool] = lambda name: True) -> Performances:
    """All 4/4 beats of the archive, a window of four bars from each bar on.

    Raises:
        StepError: the archive is missing or damaged.
    """
    windows: list[tuple[NDArray[np.float32], NDArray[np.float32], int, int, bool]] = []
    try:
        with tarfile.open(archive) as tar:
            members = {m.name: m for m in tar.getmembers() if m.isfile()}
            table = next(n for n in members if n.endswith("info.csv"))
            rows = list(csv.DictReader(io.StringIO(_bytes(tar, members[table]).decode())))
            for number, row in enumerate(rows):
                genre = GENRE_OF_STYLE.get(row["style"].split("/")[0])
                name = table[: -len("info.csv")] + row["midi_filename"]
                if genre is None or row["beat_type"] != "beat" or row["time_signature"] != "4-4":
                    continue
                if name not in members or not is_read(row["midi_filename"]):
                    continue
                velocity, timing = strokes(mido.MidiFile(file=io.BytesIO(_bytes(tar, members[name]))))
                held = is_validation("groove_drums", row["midi_filename"])
                for start in range(0, len(velocity) - STEPS + 1, BAR):
                    span = slice(start, start + STEPS)
                    windows.append((velocity[span], timing[span], number, GENRE_IDS.index(genre), held))
    except (*BROKEN, StopIteration) as error:
        raise StepError(f"The drummers in {archive} cannot be read ({type(error).__name__}: {error}).") from error
    return Performances(
        np.stack([window[0] for window in windows]),
        np.stack([window[1] for window in windows]),
        np.array([window[2] for window in windows], np.int32),
        np.array([window[3] for window in windows], np.int64),
        np.array([window[4] for window in windows]),
    )


def _bytes(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    if file is None:
        raise KeyError(member.name)
    return file.read()
