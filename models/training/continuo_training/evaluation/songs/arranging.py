"""Lets the program arrange a melody, and reads what it plays."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mido
import numpy as np

from ...base.errors import StepError
from .chords import Chord
from .music import BEAT, MELODY, TRACKS, Music, silence

QUARTER = 960
STEP = QUARTER // BEAT
#: Ticks by which a note ends early, so that the same pitch can start anew.
GAP = 20


Chords = Sequence[Chord | None]


def chord_track(chords: Chords) -> mido.MidiTrack:
    """A track of chord symbols, from the chord of each beat."""
    track, now = mido.MidiTrack([mido.MetaMessage("track_name", name="Chord symbols")]), 0
    for beat, chord in enumerate(chords):
        if beat == 0 or chord != chords[beat - 1]:
            symbol = "N.C." if chord is None else chord.symbol()
            track.append(mido.MetaMessage("text", text=symbol, time=beat * QUARTER - now))
            now = beat * QUARTER
    return track


def melody_file(melody: Music, beats_a_bar: int = 4, unit: int = 4, chords: Chords | None = None) -> mido.MidiFile:
    """A MIDI file of the melody, with its time signature and perhaps chord symbols, at 120 quarter notes a minute."""
    onset, roll = melody.onset[MELODY], melody.roll[MELODY]
    events: list[tuple[int, int, int]] = []  # tick, 0 for an end and 1 for a start, pitch
    for step, pitch in np.argwhere(onset):
        end = step + 1
        while end < len(onset) and roll[end, pitch] and not onset[end, pitch]:
            end += 1
        events += [(int(step) * STEP, 1, int(pitch)), (int(end) * STEP - GAP, 0, int(pitch))]
    track = mido.MidiTrack([mido.MetaMessage("time_signature", numerator=beats_a_bar, denominator=unit)])
    track.append(mido.MetaMessage("track_name", name="Melody"))
    now = 0
    for tick, kind, pitch in sorted(events):
        track.append(mido.Message("note_on", note=pitch, velocity=90 * kind, time=tick - now))
        now = tick
    file = mido.MidiFile(type=1, ticks_per_beat=QUARTER)
    file.tracks += [track] if chords is None else [track, chord_track(chords)]
    return file


def music_of_file(file: mido.MidiFile, steps: int) -> Music:
    """The parts of a file that the program wrote, on the nearest sixteenths, without the melody."""
    music = silence(steps)
    for track in file.tracks:
        name = track.name.lower()
        if name not in TRACKS[1:]:
            continue
        index, tick, started = TRACKS.index(name), 0, {}
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity > 0:
                started[message.note] = tick
            elif message.type in ("note_on", "note_off") and message.note in started:
                ticks_a_step = file.ticks_per_beat / BEAT
                start = round(started.pop(message.note) / ticks_a_step)
                end = max(start + 1, round(tick / ticks_a_step))
                if start < steps:
                    music.onset[index, start, message.note] = True
                    music.roll[index, start:end, message.note] = True
    return music


@dataclass
class Program:
    """The program with the options to run it with; `model` replaces the one that it carries."""

    path: Path
    options: Sequence[str] = ()
    model: Path | None = None
    #: What the program said of itself last: the model and the runtime.
    facts: dict[str, str] = field(default_factory=dict)

    def arrange(
        self, melody: Music, genre: str, seed: int, meter: tuple[int, int] = (4, 4), chords: Chords | None = None
    ) -> Music:
        """What the program plays under a melody, at its defaults but for `options`; its parts and the melody as given.

        `chords`: the chord of each beat, which the file names in chord symbols.

        Raises:
            StepError: the program cannot be run, or fails.
        """
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "melody.mid", Path(folder) / "arranged.mid"
            melody_file(melody, *meter, chords).save(source)
            line = [
                self.path,
                "arrange",
                source,
                "-o",
                target,
                "--genre",
                genre,
                "--seed",
                seed,
                "--json",
                *self.options,
            ]
            found = self._run(list(map(str, line)), folder)
            self.facts = {name: str(found[name]) for name in ("model", "backend") if name in found}
            music = music_of_file(mido.MidiFile(target), melody.roll.shape[1])
        music.roll[MELODY], music.onset[MELODY] = melody.roll[MELODY], melody.onset[MELODY]
        return music

    def _run(self, line: list[str], folder: str) -> dict[str, Any]:
        """The program's own figures; an empty data folder keeps the user's settings out."""
        environment = {k: v for k, v in os.environ.items() if k != "CONTINUO_MODEL"} | {"CONTINUO_DATA": folder}
        if self.model is not None:
            environment["CONTINUO_MODEL"] = str(self.model)
        try:
            found = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        except OSError as error:
            raise StepError(f"{self.path} could not be run: {error}") from error
        if found.returncode:
            raise StepError(f"{' '.join(line)} failed: {found.stderr.strip()}")
        facts: dict[str, Any] = json.loads(found.stdout)
        return facts
