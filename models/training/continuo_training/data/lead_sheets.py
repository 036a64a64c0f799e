"""Lead sheets: songs' chords with keys, and their melodies where those are free; cut into windows for the chord plan.

They come as one JSON object a line (`harmony.jsonl.xz`): `source`, `name`, `genre`, `meter`, `bar_q` (quarters a bar),
`bars`, `key` and `keys`, `chords` as [start, duration, root, quality, bass] and `melody` as [start, duration, pitch],
in quarters from the first full downbeat.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Bools
from ..base.contract import SLOTS, STEPS
from ..base.errors import StepError
from ..musical.chord_vocabulary import NO_CHORD, QUALITIES, QUALITY_IDS, chord
from ..musical.key import shift_of_key
from .sources import BROKEN, is_validation

#: The data set of windows with the same pieces, so that a song is on the same side of the split in both.
_SAME_AS = {
    "pop909": ("pop909", ".mid"),
    "openewld": ("mma_openewld", ".mxl"),
    "nottingham": ("nottingham", ".mid"),
    "wir-lieder": ("lieder", ".mxl"),
    "wir-lieder-auto": ("lieder", ".mxl"),
    "bcmh": ("chorales", ".mxl"),
}
#: Bars that fit a window: quarters a bar → bars of the file in a bar of the window, and whether it has three beats.
_BARS = {4.0: (1, False), 3.0: (1, True), 2.0: (2, False)}
#: MIDI pitches of the lowest C of the rendered bass and chords.
_BASS, _CHORDS = 36, 60


@dataclass
class LeadSheet:
    """One song on the grid of sixteenths, from its first full bar."""

    source: str
    name: str
    genre: str
    three: bool
    validation: bool
    shifts: NDArray[np.int8]  # for each bar of the window's meter: the shift to C major or A minor
    chords: NDArray[np.int16]  # [slots]: −1 where nothing is known
    basses: NDArray[np.int8]  # [slots]
    melody: NDArray[np.int16] | None  # [notes, 3]: first step, steps, MIDI pitch

    @property
    def unit(self) -> int:
        """The steps of a slot."""
        return 12 if self.three else 8

    @property
    def bars(self) -> int:
        """The number of bars."""
        return len(self.chords) // (1 if self.three else 2)


def _slots(chords: list[list[Any]], unit: float, count: int) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
    """The chord that lasts longest in each slot of `unit` quarters."""
    found, low = np.full(count, -1, np.int16), np.full(count, -1, np.int8)
    longest = np.zeros(count)
    for start, duration, root, quality, bass in chords:
        first, last = int(max(start, 0) // unit), int(np.ceil((start + duration) / unit))
        for slot in range(first, min(last, count)):
            covered = min(start + duration, (slot + 1) * unit) - max(start, slot * unit)
            if covered > longest[slot] + 1e-6:
                longest[slot] = covered
                none = quality == "N" or quality not in QUALITY_IDS
                found[slot] = NO_CHORD if none else chord(root, quality)
                low[slot] = -1 if none else bass
    return found, low


def read_song(song: dict[str, Any]) -> LeadSheet | None:
    """One song, or nothing where its meter does not fit a window."""
    quarters = float(song.get("bar_q") or 0)
    if quarters not in _BARS or not song["chords"] or ("barlines" in song and _uneven(song["barlines"], quarters)):
        return None
    together, three = _BARS[quarters]
    bar = quarters * together
    bars = int(song["bars"] // together)
    unit = bar if three else bar / 2
    chords, basses = _slots(song["chords"], unit, bars * (1 if three else 2))
    keys = song.get("keys") or [[0, *song["key"]]]
    shifts = np.zeros(max(bars, 1), np.int8)
    for start, tonic, mode in keys:
        shifts[max(0, int(start // bar)) :] = shift_of_key(tonic if mode == "major" else 12 + tonic)
    melody = None
    if song.get("melody"):
        notes = [(round(4 * s), max(1, round(4 * d)), p) for s, d, p in song["melody"] if s >= 0]
        melody = np.array(notes, np.int16).reshape(-1, 3)
    dataset, ending = _SAME_AS.get(song["source"], (song["source"], ""))
    validation = is_validation(dataset, song["name"] + ending)
    return LeadSheet(song["source"], song["name"], song["genre"], three, validation, shifts, chords, basses, melody)


def _uneven(barlines: list[float], quarters: float) -> bool:
    return bool(np.any(np.abs(np.diff(barlines) - quarters) > 1e-3))


def read_lead_sheets(path: Path) -> list[LeadSheet]:
    """All songs of a file whose meters fit.

    Raises:
        StepError: the file is missing or damaged.
    """
    try:
        with lzma.open(path, "rt") as lines:
            songs = [read_song(json.loads(line)) for line in lines]
    except BROKEN as error:
        raise StepError(f"The lead sheets in {path} cannot be read ({type(error).__name__}: {error}).") from error
    return [s for s in songs if s is not None and s.bars >= 4]


@dataclass
class SheetWindow:
    """A window of a song, not transposed; planes over 128 pitches."""

    melody: Bools  # [2, 64, 128]
    before: Bools  # [10, 64, 128]: the window before, its chords rendered as bass and block chords
    chords: NDArray[np.int64]  # [8]
    basses: NDArray[np.int64]  # [8]
    shift: int  # to the annotated key's signature


def _melody_planes(sheet: LeadSheet, first: int, used: int) -> Bools:
    out = np.zeros((2, STEPS, 128), bool)
    if sheet.melody is None:
        return out
    inside = (sheet.melody[:, 0] < first + used) & (sheet.melody[:, 0] + sheet.melody[:, 1] > first)
    for start, length, pitch in sheet.melody[inside]:
        from_, to = max(0, start - first), min(used, start + length - first)
        out[1, from_:to, pitch] = True
        if start >= first:
            out[0, from_, pitch] = True
    return out


def _rendered(chords: NDArray[np.int64], basses: NDArray[np.int64], unit: int, held: bool) -> Bools:
    """Bass and block chords [4, 64, 128] of the slots; each chord struck anew unless it is `held`."""
    out = np.zeros((4, STEPS, 128), bool)
    last = -2
    for slot in range(STEPS // unit if unit == 8 else 4):
        span = slice(slot * unit, slot * unit + unit)
        if chords[slot] in (-1, NO_CHORD):
            last = -2
            continue
        root, tones = int(chords[slot]) // len(QUALITIES), QUALITIES[int(chords[slot]) % len(QUALITIES)][1]
        low = _BASS + (int(basses[slot]) - 4) % 12 + 4 if basses[slot] >= 0 else _BASS + root
        notes = [_CHORDS - 5 + (root + t - 7) % 12 for t in tones]
        out[1, span, low] = True
        out[3, span, notes] = True
        if chords[slot] != last or not held:
            out[0, slot * unit, low] = True
            out[2, slot * unit, notes] = True
        last = int(chords[slot])
    return out


def window(sheet: LeadSheet, bar: int, held: bool) -> SheetWindow:
    """The window that begins with a bar of a song."""
    unit, used = sheet.unit, 48 if sheet.three else 64
    per_bar = 1 if sheet.three else 2
    slots = 4 * per_bar

    def plan(first: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        chords, basses = np.full(SLOTS, -1, np.int64), np.full(SLOTS, -1, np.int64)
        for slot in range(slots):
            if 0 <= first + slot < len(sheet.chords):
                chords[slot], basses[slot] = sheet.chords[first + slot], sheet.basses[first + slot]
        return chords, basses

    first = bar * used // 4
    chords, basses = plan(bar * per_bar)
    before = np.zeros((10, STEPS, 128), bool)
    before[:2] = _melody_planes(sheet, first - used, used)
    before[2:6] = _rendered(*plan((bar - 4) * per_bar), unit, held)
    shift = int(sheet.shifts[min(bar, len(sheet.shifts) - 1)])
    return SheetWindow(_melody_planes(sheet, first, used), before, chords, basses, shift)
