"""Reads a folder of a user's MIDI files as training windows; names each unusable file with the reason."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from ..base.contract import STEPS, VOICES
from ..base.errors import StepError
from ..data.cleaning import clean_part
from ..data.performance import UNKNOWN
from ..musical.drums import VOICE_OF_KEY
from ..musical.pads import pad
from .track_notes import assign, notes_by_track

MOST_BYTES = 8_000_000
MOST_TRACKS = 64
#: How the names of MIDI files end: .kar is karaoke, .rmi is in a RIFF file.
ENDINGS = (".mid", ".midi", ".smf", ".kar", ".rmi")
#: The most windows of a file, more than two hundred minutes of music: beyond that a time in it is damaged.
MOST_WINDOWS = 2_000
LEAST_WINDOWS = 24


class UnusableError(StepError):
    """A file or the whole folder is not usable for training; the text says why."""


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
        """[N]: whether a window has a melody and an accompaniment."""
        under = self.planes[:, 3::2].any((1, 2, 3)) | self.drums.any((1, 2))
        return np.asarray(self.planes[:, 1].any((1, 2)) & under)


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
        UnusableError: the file is not usable; the text says why.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnusableError("it is empty")
    if size > MOST_BYTES:
        raise UnusableError(f"it is {size / 1e6:.0f} MB; a MIDI file may have at most {MOST_BYTES / 1e6:.0f}")
    try:
        midi = mido.MidiFile(file=io.BytesIO(_without_riff(path.read_bytes())))
        tracks = len(midi.tracks)
        if tracks > MOST_TRACKS:
            raise UnusableError(f"it has {tracks} tracks; at most {MOST_TRACKS} are allowed")
        if midi.ticks_per_beat <= 0:
            raise UnusableError(
                "its times are not in beats (division "
                f"{midi.ticks_per_beat}: frames of film, or a damaged header); save it with beats and bars"
            )
        pitched, drums = notes_by_track(midi)
    except (OSError, ValueError, EOFError, KeyError, IndexError, mido.midifiles.meta.KeySignatureError) as error:
        raise UnusableError(f"it is not a whole MIDI file ({error or type(error).__name__})") from error
    if not pitched:
        raise UnusableError("it has drums only; it needs a melody" if drums.notes else "it has no notes")
    three = _meter(midi)
    groups = assign(pitched)
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

    for group, own in groups.items():
        for start, length, pitch, loud in own.notes:
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
    """All usable files under a folder; and for each other file a line with the reason.

    Raises:
        UnusableError: there is too little to train on.
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
        except Exception as error:  # one bad file of many is named and left out
            refused.append(f"{path.relative_to(folder)}: it cannot be read ({type(error).__name__}: {error})")
    windows = sum(int(p.usable().sum()) for p in pieces)
    if windows < LEAST_WINDOWS:
        raise UnusableError(
            f"{len(pieces)} of {len(files)} files can be used, with {windows} windows of four bars; at least "
            f"{LEAST_WINDOWS} are needed, which is about {LEAST_WINDOWS * 4} bars with melody and accompaniment"
            + "".join(f"\n  {line}" for line in refused)
        )
    return pieces, refused
