"""The notes of a MIDI file by track and channel, and the part that each of them plays."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import mido

from ..musical.drums import PERCUSSION

_MELODY = re.compile(r"melod|vocal|voice|lead|sing|solo", re.IGNORECASE)
_BASS = re.compile(r"bass", re.IGNORECASE)
_STRINGS = re.compile(r"string|pad|choir|violin|viola|cello", re.IGNORECASE)


@dataclass
class TrackNotes:
    """The notes of one track and channel: (start, length) in steps, pitch, velocity."""

    name: str
    program: int
    notes: list[tuple[float, float, int, int]] = field(default_factory=list)

    def pitch(self) -> float:
        """The mean pitch."""
        return sum(n[2] for n in self.notes) / len(self.notes)

    def voices(self) -> float:
        """The mean number of notes at once: the lengths of all notes over the time in which any sounds."""
        spans = sorted((n[0], n[0] + n[1]) for n in self.notes)
        covered, end = 0.0, -1.0
        for start, stop in spans:
            covered += max(0.0, stop - max(start, end))
            end = max(end, stop)
        return sum(n[1] for n in self.notes) / max(covered, 1e-6)


def notes_by_track(midi: mido.MidiFile) -> tuple[list[TrackNotes], TrackNotes]:
    """The pitched notes of each track and channel, and all drum strokes together."""
    step = midi.ticks_per_beat / 4
    found: dict[tuple[int, int], TrackNotes] = {}
    drums = TrackNotes("drums", 0)
    for number, track in enumerate(midi.tracks):
        tick = 0
        programs: dict[int, int] = {}
        sounding: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for message in track:
            tick += message.time
            if message.type == "program_change":
                programs[message.channel] = message.program
            if message.type not in ("note_on", "note_off"):
                continue
            at = (message.channel, message.note)
            if message.type == "note_on" and message.velocity > 0:
                if message.channel == PERCUSSION:
                    drums.notes.append((tick / step, 1.0, message.note, message.velocity))
                    continue
                sounding.setdefault(at, []).append((tick / step, message.velocity))
            elif sounding.get(at):
                start, velocity = sounding[at].pop(0)
                notes = found.setdefault(
                    (number, message.channel), TrackNotes(track.name, programs.get(message.channel, 0))
                )
                notes.notes.append((start, max(tick / step - start, 0.25), message.note, velocity))
    return [v for v in found.values() if v.notes], drums


def assign(tracks: list[TrackNotes]) -> dict[int, TrackNotes]:
    """Plane group (0 melody, 1 bass, 2 chords, 3 strings, 4 counter) → the notes that fit it best."""
    left = [v for v in tracks if len(v.notes) >= 8]
    out: dict[int, TrackNotes] = {}

    def take(group: int, fits: list[TrackNotes]) -> None:
        if fits:
            out[group] = fits[0]
            left.remove(fits[0])

    take(1, sorted((v for v in left if _BASS.search(v.name) or 32 <= v.program < 40), key=TrackNotes.pitch))
    take(0, [v for v in left if _MELODY.search(v.name)])
    if 0 not in out:
        single = [v for v in left if v.voices() < 1.3] or left
        take(0, sorted(single, key=lambda v: -v.pitch()))
    if 1 not in out:
        take(1, sorted((v for v in left if v.pitch() < 52 and v.voices() < 1.4), key=TrackNotes.pitch))
    strings = [v for v in left if _STRINGS.search(v.name) or 40 <= v.program < 56 or 88 <= v.program < 96]
    take(3, sorted(strings, key=lambda v: -len(v.notes)))
    take(2, sorted((v for v in left if v.voices() >= 1.3), key=lambda v: -len(v.notes)))
    take(4, sorted((v for v in left if v.voices() < 1.3), key=lambda v: -len(v.notes)))
    return out
