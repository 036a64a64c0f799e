"""What the tools of the picture are given: tunes, and rhythms and beats of our own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import mido
import numpy as np

#: Ticks of a quarter in the files.
UNIT = 480
#: The meters of the tunes that are used.
METERS = {"ode_to_joy": (4, 4), "greensleeves": (6, 8), "scarborough_fair": (3, 4)}
TITLES = {"ode_to_joy": "Ode to Joy", "greensleeves": "Greensleeves", "scarborough_fair": "Scarborough Fair"}
#: The channel of percussion, and General MIDI's keys.
PERCUSSION, KICK, SNARE, HAT, RIDE = 9, 36, 38, 42, 51


@dataclass(frozen=True)
class Note:
    """A note or a stroke, its times in quarters."""

    start: float
    length: float
    pitch: int
    velocity: int = 90
    channel: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """Its start in 24ths of a quarter, and its pitch."""
        return round(24 * self.start), self.pitch

    def moved(self, quarters: float, pitch: int = 0) -> Note:
        """The note elsewhere."""
        return replace(self, start=self.start + quarters, pitch=self.pitch + pitch)

    def until(self, end: float) -> Note:
        """The note, ending at `end` at the latest."""
        return replace(self, length=min(self.length, end - self.start))


def write(notes: list[Note], path: Path, meter: tuple[int, int] = (4, 4)) -> Path:
    """Writes notes as a MIDI file of one track."""
    midi, track = mido.MidiFile(ticks_per_beat=UNIT), mido.MidiTrack()
    track.append(mido.MetaMessage("time_signature", numerator=meter[0], denominator=meter[1], time=0))
    events = []
    for n in notes:
        start, end = round(n.start * UNIT), round((n.start + n.length) * UNIT)
        events.append((start, 1, mido.Message("note_on", note=n.pitch, velocity=n.velocity, channel=n.channel)))
        events.append((max(end, start + 1), 0, mido.Message("note_off", note=n.pitch, channel=n.channel)))
    now = 0
    for tick, _, message in sorted(events, key=lambda e: (e[0], e[1], e[2].note)):
        track.append(message.copy(time=tick - now))
        now = tick
    midi.tracks.append(track)
    midi.save(path)
    return path


def notes_of(path: Path) -> list[Note]:
    """All notes of a file in quarters, by time."""
    midi, found = mido.MidiFile(path), list[Note]()
    for track in midi.tracks:
        now, sounding = 0, dict[tuple[int, int], tuple[int, int]]()
        for message in track:
            now += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            key = (message.channel, message.note)
            if key in sounding:
                start, velocity = sounding.pop(key)
                unit = midi.ticks_per_beat
                found.append(Note(start / unit, (now - start) / unit, message.note, velocity, message.channel))
            if message.type == "note_on" and message.velocity:
                sounding[key] = (now, message.velocity)
    return sorted(found, key=lambda note: (note.start, note.pitch))


def damaged(notes: list[Note], seed: int) -> list[Note]:
    """A tenth of the notes, two at least, moved by four semitones or more."""
    random = np.random.default_rng(seed)
    chosen = set(random.permutation(len(notes))[: max(2, len(notes) // 10)].tolist())
    move = random.integers(4, 9, len(notes)) * random.choice([-1, 1], len(notes))
    return [n.moved(0.0, int(move[index])) if index in chosen else n for index, n in enumerate(notes)]


def in_eighths(notes: list[Note]) -> list[Note]:
    """Each quarter as two eighths."""
    halves = [(n, 0.5 * half) for n in notes for half in range(max(1, round(2 * n.length)))]
    return [replace(n, start=n.start + after, length=0.45) for n, after in halves]


def uneven(notes: list[Note]) -> list[Note]:
    """Notes up to a tenth of a quarter early or late."""
    late = np.clip(np.random.default_rng(5).normal(0.02, 0.05, len(notes)), -0.1, 0.1)
    return [replace(n, start=max(0.0, n.start + float(by))) for n, by in zip(notes, late, strict=True)]


def _line(pattern: list[tuple[float, int]], bars: int, length: float = 0.4, channel: int = 0) -> list[Note]:
    return [Note(4 * bar + at, length, pitch, 96, channel) for bar in range(bars) for at, pitch in pattern]


#: Where the way from the Ode to Joy leads: broken chords in eighths.
ARPEGGIOS = [
    Note(4 * bar + 0.5 * step, 0.5, root + (0, 4, 7, 12, 7, 4, 7, 4)[step])
    for bar, root in enumerate((60, 65, 67, 60))
    for step in range(8)
]
#: The son clave.
CLAVE = [Note(8 * pair + at, 0.2, 76, 100) for pair in range(2) for at in (0.0, 1.5, 3.0, 5.0, 6.0)]
BASS_LINE = [
    note
    for bar, root in enumerate((40, 40, 45, 47))
    for note in [Note(4 * bar + 0.5 * step, 0.45, root, 100 if step % 4 == 0 else 84) for step in range(8)]
]
FUNK = [
    Note(4 * bar + at, 0.2, 33 + up, 100)
    for bar in range(4)
    for at, up in ((0.0, 0), (0.75, 0), (1.5, 12), (2.25, 7), (2.5, 10), (3.5, 0))
]
_EIGHTHS = [(0.5 * step, HAT) for step in range(8)]
#: Stiff beats by the genre whose drummers play them.
BEATS = {
    "rock": _line([*_EIGHTHS, (0.0, KICK), (2.0, KICK), (2.5, KICK), (1.0, SNARE), (3.0, SNARE)], 4, 0.1, PERCUSSION),
    "jazz": _line(
        [(0.0, RIDE), (1.0, RIDE), (1.75, RIDE), (2.0, RIDE), (3.0, RIDE), (3.75, RIDE), (1.0, 44), (3.0, 44)],
        4, 0.1, PERCUSSION,
    ),
    "latin": _line(
        [*_EIGHTHS, (0.0, KICK), (1.5, KICK), (2.0, KICK), (3.5, KICK), (0.0, 37), (1.5, 37), (3.0, 37)],
        4, 0.1, PERCUSSION,
    ),
}  # fmt: skip


def drum(key: int) -> int:
    """The drum of the picture that a percussion key belongs to."""
    same = {35: KICK, 37: SNARE, 39: SNARE, 40: SNARE, 44: HAT, 53: RIDE, 59: RIDE, 52: 49, 55: 49, 57: 49}
    found = same.get(key, key)
    return found if found in (KICK, SNARE, HAT, 46, RIDE, 49) else 45
