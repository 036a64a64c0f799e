"""A folder of somebody's own MIDI files as training windows; each file that is of no use is named with its reason."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from .contract import STEPS, VOICES
from .drums import VOICE_OF_KEY
from .errors import StepError
from .pads import pad
from .performance import UNKNOWN
from .prepare import clean_part

MOST_BYTES = 8_000_000
MOST_TRACKS = 64
#: How the names of MIDI files end: .kar is karaoke, .rmi is in a RIFF file.
ENDINGS = (".mid", ".midi", ".smf", ".kar", ".rmi")
#: Windows of a file: two hundred minutes and more of music; beyond it a time in the file is damaged.
MOST_WINDOWS = 2_000
LEAST_WINDOWS = 24
PERCUSSION = 9
_MELODY = re.compile(r"melod|vocal|voice|lead|sing|solo", re.IGNORECASE)
_BASS = re.compile(r"bass", re.IGNORECASE)
_STRINGS = re.compile(r"string|pad|choir|violin|viola|cello", re.IGNORECASE)


class UnusableError(StepError):
    """A file, or the whole folder, cannot be trained on; the text says why."""


@dataclass
class Voice:
    """The notes of one track and channel: (start, length) in steps, pitch, velocity."""

    name: str
    program: int
    notes: list[tuple[float, float, int, int]] = field(default_factory=list)

    def pitch(self) -> float:
        """The mean pitch."""
        return sum(n[2] for n in self.notes) / len(self.notes)

    def voices(self) -> float:
        """How many notes sound together: the lengths of all notes over the time in which any sounds."""
        spans = sorted((n[0], n[0] + n[1]) for n in self.notes)
        covered, end = 0.0, -1.0
        for start, stop in spans:
            covered += max(0.0, stop - max(start, end))
            end = max(end, stop)
        return sum(n[1] for n in self.notes) / max(covered, 1e-6)


@dataclass
class Piece:
    """One file: its meter, and for each window planes, strokes, velocities and timing."""

    name: str
    three: bool
    planes: NDArray[np.uint8]  # [N, 10, 64, 16]: packed bits over 128 pitches
    drums: NDArray[np.uint8]  # [N, 64, 12]
    velocity: NDArray[np.uint8]  # [N, 5, 64]
    timing: NDArray[np.int8]  # [N, 5, 64]

    def usable(self) -> NDArray[np.bool_]:
        """[N]: the windows with a melody and something under it."""
        under = self.planes[:, 3::2].any((1, 2, 3)) | self.drums.any((1, 2))
        return np.asarray(self.planes[:, 1].any((1, 2)) & under)


def _voices(midi: mido.MidiFile) -> tuple[list[Voice], Voice]:
    step = midi.ticks_per_beat / 4
    found: dict[tuple[int, int], Voice] = {}
    drums = Voice("drums", 0)
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
                voice = found.setdefault((number, message.channel), Voice(track.name, programs.get(message.channel, 0)))
                voice.notes.append((start, max(tick / step - start, 0.25), message.note, velocity))
    return [v for v in found.values() if v.notes], drums


def assign(voices: list[Voice]) -> dict[int, Voice]:
    """Plane group (0 melody, 1 bass, 2 chords, 3 strings, 4 counter) → the voice that fits it best."""
    left = [v for v in voices if len(v.notes) >= 8]
    out: dict[int, Voice] = {}

    def take(group: int, fits: list[Voice]) -> None:
        if fits:
            out[group] = fits[0]
            left.remove(fits[0])

    take(1, sorted((v for v in left if _BASS.search(v.name) or 32 <= v.program < 40), key=Voice.pitch))
    take(0, [v for v in left if _MELODY.search(v.name)])
    if 0 not in out:
        single = [v for v in left if v.voices() < 1.3] or left
        take(0, sorted(single, key=lambda v: -v.pitch()))
    if 1 not in out:
        take(1, sorted((v for v in left if v.pitch() < 52 and v.voices() < 1.4), key=Voice.pitch))
    strings = [v for v in left if _STRINGS.search(v.name) or 40 <= v.program < 56 or 88 <= v.program < 96]
    take(3, sorted(strings, key=lambda v: -len(v.notes)))
    take(2, sorted((v for v in left if v.voices() >= 1.3), key=lambda v: -len(v.notes)))
    take(4, sorted((v for v in left if v.voices() < 1.3), key=lambda v: -len(v.notes)))
    return out


def _meter(midi: mido.MidiFile) -> bool:
    for track in midi.tracks:
        for message in track:
            if message.type == "time_signature":
                beats, unit = message.numerator, message.denominator
                if (beats, unit) in ((4, 4), (2, 2), (2, 4), (4, 2)):
                    return False
                if (beats, unit) in ((3, 4), (6, 4)):
                    return True
                raise UnusableError(f"its meter is {beats}/{unit}; 4/4, 2/4, 2/2 and 3/4 are used")
    return False


def _without_riff(data: bytes) -> bytes:
    """The MIDI file within a RIFF file, wherever it is among other chunks; any other file as it is."""
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return data
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data":
            return data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return data


def read_piece(path: Path) -> Piece:
    """One file's windows.

    Raises:
        UnusableError: with a reason that can be shown.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnusableError("it is empty")
    if size > MOST_BYTES:
        raise UnusableError(f"it is {size / 1e6:.0f} MB; a MIDI file of music has at most {MOST_BYTES / 1e6:.0f}")
    try:
        midi = mido.MidiFile(file=io.BytesIO(_without_riff(path.read_bytes())))
        tracks = len(midi.tracks)
        if tracks > MOST_TRACKS:
            raise UnusableError(f"it has {tracks} tracks; at most {MOST_TRACKS} can be told apart")
        if midi.ticks_per_beat <= 0:
            raise UnusableError(
                "its times are not in beats (division "
                f"{midi.ticks_per_beat}: frames of film, or a damaged header); save it with beats and bars"
            )
        voices, drums = _voices(midi)
    except (OSError, ValueError, EOFError, KeyError, IndexError, mido.midifiles.meta.KeySignatureError) as error:
        raise UnusableError(f"it is not a whole MIDI file ({error or type(error).__name__})") from error
    if not voices:
        raise UnusableError("it has drums only; a melody is needed" if drums.notes else "it has no notes")
    three = _meter(midi)
    groups = assign(voices)
    if 0 not in groups:
        raise UnusableError("none of its tracks has a melody of eight notes or more")
    if len(groups) == 1 and not drums.notes:
        raise UnusableError("it has a melody only; there is no accompaniment to learn")
    used = 48 if three else 64
    melody = groups[0].notes
    first = int(min(round(n[0]) for n in melody) // used)
    last = int(max(round(n[0]) for n in melody) // used) + 1
    count = last - first
    if count > MOST_WINDOWS:
        raise UnusableError(f"its melody lasts {4 * count:,} bars; at most {4 * MOST_WINDOWS:,} are read")
    planes = np.zeros((count, 10, STEPS, 128), bool)
    struck = np.zeros((count, STEPS, VOICES), np.uint8)
    velocity = np.zeros((count, 5, STEPS), np.uint8)
    timing = np.full((count, 5, STEPS), UNKNOWN, np.int8)

    def place(start: float) -> tuple[int, int, int]:
        step = round(start)
        return (step - first * used) // used, (step - first * used) % used, round(100 * (start - step))

    for group, voice in groups.items():
        for start, length, pitch, loud in voice.notes:
            window, step, late = place(start)
            if not 0 <= window < count:
                continue
            planes[window, 2 * group, step, pitch] = True
            end = step + max(1, round(length))
            while step < end and window < count:
                planes[window, 2 * group + 1, step : min(end, used), pitch] = True
                end, step, window = end - used, 0, window + 1
            window, step, _ = place(start)
            if group > 0:
                velocity[window, group, step] = max(velocity[window, group, step], loud)
                timing[window, group, step] = late
    for start, _, key, loud in drums.notes:
        window, step, late = place(start)
        if 0 <= window < count and key in VOICE_OF_KEY:
            voice_index = VOICE_OF_KEY[key]
            struck[window, step, voice_index] = max(struck[window, step, voice_index], min(loud, 254))
            timing[window, 0, step] = late
    for group in range(5):
        on, full = clean_part(group, planes[:, 2 * group], planes[:, 2 * group + 1], False)
        planes[:, 2 * group], planes[:, 2 * group + 1] = on, full
    for w in range(count):
        if not planes[w, 6].any() and planes[w, 4].any():
            planes[w, 6], planes[w, 7] = pad(planes[w, 5], planes[w, 3], planes[w, 1], three)
    piece = Piece(path.name, three, np.packbits(planes, axis=-1), struck, velocity, timing)
    if not piece.usable().any():
        raise UnusableError("melody and accompaniment never sound in the same four bars")
    return piece


def read_folder(folder: Path) -> tuple[list[Piece], list[str]]:
    """All usable files under a folder, and a line with the reason for each of the others.

    Raises:
        UnusableError: when there is too little to train on.
    """
    if not folder.is_dir():
        raise UnusableError(f"{folder} is not a folder; give one with MIDI files in it")
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    if not files:
        raise UnusableError(f"there is no MIDI file ({', '.join(ENDINGS)}) in {folder}")
    pieces: list[Piece] = []
    refused: list[str] = []
    for path in files:
        try:
            pieces.append(read_piece(path))
        except UnusableError as error:
            refused.append(f"{path.relative_to(folder)}: {error}")
        except Exception as error:  # one bad file of many: named, and left out
            refused.append(f"{path.relative_to(folder)}: it cannot be read ({type(error).__name__}: {error})")
    windows = sum(int(p.usable().sum()) for p in pieces)
    if windows < LEAST_WINDOWS:
        raise UnusableError(
            f"{len(pieces)} of {len(files)} files can be used, with {windows} windows of four bars; at least "
            f"{LEAST_WINDOWS} are needed, which is about {LEAST_WINDOWS * 4} bars with melody and accompaniment"
            + "".join(f"\n  {line}" for line in refused)
        )
    return pieces, refused
