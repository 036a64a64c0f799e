"""Measures an exported harmonizer on lead sheets that it did not learn from, beside a plain baseline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ..base.contract import GENRE_IDS, HARMONIZER_FILE, SLOTS
from ..data.lead_sheets import read_lead_sheets
from ..data.pop909_melodies import add_melodies
from ..export.onnx_weights import genre_points, load, metadata
from ..musical.chord_vocabulary import NO_CHORD, QUALITIES
from ..networks.chord_plan import chord_vectors
from ..networks.harmonizer import Harmonizer
from .harmonizer_examples import Melodies, SungSheet, all_of_sheets
from .plain_harmony import STEP, STEP_OF, PlacedChord, PlainHarmony, placed

#: Windows that are read at once.
BATCH = 512
#: A genre with fewer songs is not measured.
FEWEST = 4
_FOUR = np.array([*[len(tones) > 3 for _, tones in QUALITIES] * 12, False])


@dataclass
class MelodyToChord:
    """Shares of right answers on the songs of a genre; exact is root and quality."""

    songs: int
    slots: int
    exact: float  # of slots, where no chord is known
    root: float
    chords: int
    placed: float  # exact, of chords whose places and chords before are known
    plain: float  # the same of the plain baseline
    sevenths: float  # chords of four tones, of the slots
    real_sevenths: float
    changes: float  # changes of chord a slot, inside windows
    real_changes: float


@dataclass
class HarmonizerFigures:
    """All figures, by genre."""

    source: str
    version: str
    genres: dict[str, MelodyToChord]


def measure(sheets: Path, data: Path, models: Path) -> HarmonizerFigures:
    """Measures the harmonizer in a folder of models on validation songs with melodies.

    Raises:
        StepError: the lead sheets or the data sets are missing.
    """
    network = Harmonizer()
    file = models / HARMONIZER_FILE
    load(network, file, "harmonizer.")
    version = str(json.loads(metadata(file)["continuo.model"])["version"])
    network.eval()
    songs = read_lead_sheets(sheets)
    add_melodies(songs, sheets, data)
    points = genre_points(models / "continuo.onnx")
    general, by_genre = PlainHarmony(), {genre: PlainHarmony(STEP_OF.get(genre, STEP)) for genre in GENRE_IDS}
    for song in (SungSheet(s) for s in songs if not s.validation):
        for plain in (general, by_genre[song.sheet.genre]):
            plain.learn(song)
    found = {}
    for number, genre in enumerate(GENRE_IDS):
        held = [SungSheet(s) for s in songs if s.validation and s.genre == genre]
        held = [s for s in held if s.sung]
        if len(held) >= FEWEST:
            found[genre] = _genre(network, points[number], held, by_genre[genre], general)
    return HarmonizerFigures("`lead-sheets`", version, found)


def _genre(
    network: Harmonizer, point: torch.Tensor, songs: list[SungSheet], plain: PlainHarmony, general: PlainHarmony
) -> MelodyToChord:
    windows = Melodies.joined(list(all_of_sheets(songs)))
    alone = _log_likely(network, point, windows, 0, False)
    made, real = alone.argmax(2), windows.chords[:, SLOTS:].astype(np.int64)
    asked = (real >= 0) & (real != NO_CHORD)
    pairs = asked[:, 1:] & asked[:, :-1]
    taught = [_log_likely(network, point, windows, slot, True) for slot in range(SLOTS)]
    chords, right, plain_right, first = 0, 0, 0, 0
    for song in songs:
        for chord in placed(song):
            slots = 4 if song.sheet.three else SLOTS
            window, slot = divmod(chord.first, slots)
            if 4 * window >= song.sheet.bars - 3:
                continue
            scores = taught[slot][first + window, slot : min(slot + chord.slots, slots)]
            chords += 1
            right += _choice(scores, chord) == chord.chord
            plain_right += plain.choice(chord, general) == chord.chord
        first += len(range(0, song.sheet.bars - 3, 4))
    return MelodyToChord(
        songs=len(songs),
        slots=int(asked.sum()),
        exact=float((made == real)[asked].mean()),
        root=float((made // len(QUALITIES) == real // len(QUALITIES))[asked].mean()),
        chords=chords,
        placed=right / chords,
        plain=plain_right / chords,
        sevenths=float(_FOUR[made[asked]].mean()),
        real_sevenths=float(_FOUR[real[asked]].mean()),
        changes=float((made[:, 1:] != made[:, :-1])[pairs].mean()),
        real_changes=float((real[:, 1:] != real[:, :-1])[pairs].mean()),
    )


def _choice(scores: NDArray[np.float64], chord: PlacedChord) -> int:
    """The likeliest chord over its slots, other than the one before."""
    together = scores.sum(0)
    together[NO_CHORD] = -np.inf
    if chord.before[1] >= 0:
        together[chord.before[1]] = -np.inf
    return int(together.argmax())


def _log_likely(
    network: Harmonizer, point: torch.Tensor, windows: Melodies, slot: int, before: bool
) -> NDArray[np.float64]:
    """[N, 8, CHORDS]: where the real chords of the window's first slots are given, and perhaps of the window before."""
    found = []
    for first in range(0, len(windows.genre), BATCH):
        part = windows.rows(np.arange(first, min(first + BATCH, len(windows.genre))))
        chords = torch.from_numpy(part.chords.astype(np.int64))
        known = torch.arange(2 * SLOTS) < SLOTS + slot
        given = ((chords >= 0) & known & before).float()
        vectors = chord_vectors(chords, torch.from_numpy(part.basses.astype(np.int64)))
        with torch.no_grad():
            style = point.expand(len(chords), -1)
            slots = network.read(part.line(), style, torch.from_numpy(part.meter), vectors, given)
            found.append(torch.log_softmax(network.chords(slots), -1).double().numpy())
    return np.concatenate(found)
