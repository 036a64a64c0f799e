"""Melodies through the program `continuo`: written as MIDI files, changed by a command, read again."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import mido
import numpy as np
from numpy.typing import NDArray

from ..base.errors import StepError
from .events import LOWEST, REST, Melody, events
from .examples import Corpus
from .reading import one_line
from .sampling import write_midi


def run(program: Path, *arguments: object) -> dict[str, Any]:
    """The report of a command.

    Raises:
        StepError: the program failed.
    """
    command = [str(program), *(str(a) for a in arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StepError(f"continuo {arguments[0]} failed: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write(melody: Melody, path: Path, shift: int = 0) -> None:
    """Writes a melody, transposed."""
    write_midi(events(melody), melody.three, shift, path)


def read(path: Path) -> NDArray[np.int32]:
    """[notes, 3]: first step, steps and pitch of the notes of the first track that has any, one at a time."""
    midi = mido.MidiFile(path)
    for track in midi.tracks:
        now, found, sounding = 0, list[list[int]](), dict[int, int]()
        for message in track:
            now += message.time
            step = round(now * 4 / midi.ticks_per_beat)
            if message.type == "note_on" and message.velocity:
                sounding[message.note] = step
            elif message.type in ("note_on", "note_off") and message.note in sounding:
                start = sounding.pop(message.note)
                found.append([start, max(1, step - start), message.note])
        if found:
            return one_line(np.array(sorted(found), np.int32))
    return np.zeros((0, 3), np.int32)


def with_notes(melody: Melody, notes: NDArray[np.int32]) -> Melody:
    """Other notes of the same genre, meter and mode."""
    return Melody("", "", melody.genre, melody.three, melody.minor, True, notes)


def excerpts(corpus: Corpus, bars: int, most: int, seed: int) -> list[Melody]:
    """Stretches of whole bars of validation melodies, each from its own."""
    found = []
    for number in np.flatnonzero(corpus.validation).tolist():
        span = slice(int(corpus.first[number]), int(corpus.first[number + 1]))
        place, line = corpus.place[span.start], corpus.event[span].astype(np.int32)
        three = bool(place[3])
        end = bars * (12 if three else 16)
        notes = line[(line[:, 0] != REST) & (line[:, 2] < end)]
        if line[-1, 2] + line[-1, 1] < end or len(notes) < 3 * bars or line[0, 0] == REST:
            continue
        rows = np.stack([notes[:, 2], np.minimum(notes[:, 1], end - notes[:, 2]), notes[:, 0] + LOWEST], 1)
        found.append(Melody("", "", int(place[4]), three, bool(place[5]), True, rows.astype(np.int32)))
    order = np.random.default_rng(seed).permutation(len(found))[:most]
    return [found[index] for index in order]
