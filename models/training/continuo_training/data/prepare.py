"""Reads the windows of all data sets, cleans them, and writes one folder of arrays that training maps into memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Bools
from ..base.contract import GENRE_IDS, STEPS, VOICES
from ..base.errors import StepError
from ..musical.drums import voices_of_planes
from ..musical.pads import pad
from .cleaning import clean_part
from .groove_midi import read_groove
from .sources import BROKEN, DATASETS, SOURCES, Source, is_validation

#: Tracks of the npz files that become the planes melody, bass, chords, strings, counter.
TRACKS = (0, 2, 3, 4, 5)


@dataclass
class CleanWindows:
    """Windows of one data set after cleaning; planes are packed bits over 128 pitches."""

    planes: NDArray[np.uint8]  # [N, 10, 64, 16]: onset, sounding of melody, bass, chords, strings, counter
    drums: NDArray[np.uint8]  # [N, 64, 12]: 0, or the stroke's velocity (255: unknown)
    piece: NDArray[np.int32]
    meter: NDArray[np.uint8]  # 4 or 3
    genre: NDArray[np.uint8]
    dataset: NDArray[np.uint8]
    validation: Bools
    row: NDArray[np.int32]  # the window's row in its npz file


def read_source(folder: Path, source: Source) -> tuple[CleanWindows, list[str]]:
    """Cleans one npz file; also returns the names of its pieces."""
    with np.load(folder / f"{source.file}.npz") as data:
        roll, onset = data["roll"], data["onset"]
        meter = np.where(data["meter"] == 34, 3, 4).astype(np.uint8)
        piece, names = data["piece"], [str(x) for x in data["pieces"]]
        keep = np.ones(len(piece), bool)
        if source.genre is None:
            genre = np.array([GENRE_IDS.index(str(data["genres"][g])) for g in data["genre"]], np.uint8)
            keep = data["pd_us_1930"].astype(bool)
        else:
            genre = np.full(len(piece), GENRE_IDS.index(source.genre), np.uint8)
    row = np.nonzero(keep)[0].astype(np.int32)
    roll, onset, meter, piece, genre = roll[keep], onset[keep], meter[keep], piece[keep], genre[keep]
    count = len(piece)
    planes = np.zeros((count, 10, STEPS, 16), np.uint8)
    drums = np.zeros((count, STEPS, VOICES), np.uint8)
    for number in np.unique(piece):
        rows = np.where(piece == number)[0]
        on = np.unpackbits(onset[rows], axis=-1).astype(bool)
        full = np.unpackbits(roll[rows], axis=-1).astype(bool)
        three = meter[rows] == 3
        on[three, :, 48:] = False
        full[three, :, 48:] = False
        parts = np.zeros((len(rows), 10, STEPS, 128), bool)
        for i, track in enumerate(TRACKS):
            if i >= 3 and not source.strings:
                continue
            a, b = clean_part(i, on[:, track], full[:, track], source.file == "mma_openewld")
            parts[:, 2 * i], parts[:, 2 * i + 1] = a, b
        if source.pads:
            for w in range(len(rows)):
                if not parts[w, 6].any() and parts[w, 4].any():
                    parts[w, 6], parts[w, 7] = pad(parts[w, 5], parts[w, 3], parts[w, 1], bool(three[w]))
        planes[rows] = np.packbits(parts, axis=-1)
        if source.drums:
            drums[rows] = voices_of_planes(on[:, 1]) * np.uint8(255)
    flags = np.array([is_validation(source.file, name) for name in names])
    index = DATASETS.index(source.file)
    dataset = np.full(count, index, np.uint8)
    return CleanWindows(planes, drums, piece.astype(np.int32), meter, genre, dataset, flags[piece], row), names


def _groove_store(data: Path, out: Path) -> tuple[CleanWindows, list[str]]:
    groove = read_groove(data / "groove" / "files.tar.xz")
    count = len(groove.piece)
    np.save(out / "groove-timing.npy", groove.timing)
    return CleanWindows(
        np.zeros((count, 10, STEPS, 16), np.uint8),
        groove.velocity,
        groove.piece,
        np.full(count, 4, np.uint8),
        groove.genre,
        np.full(count, DATASETS.index("groove_drums"), np.uint8),
        np.array([is_validation("groove_drums", groove.names[i]) for i in groove.piece]),
        np.arange(count, dtype=np.int32),
    ), groove.names


def _kept(path: Path, make: Callable[[], tuple[CleanWindows, list[str]]]) -> tuple[CleanWindows, int]:
    """A data set's windows and number of pieces, from the file of an earlier run where there is one."""
    if not path.exists():
        store, names = make()
        temporary = path.with_suffix(".tmp.npz")
        np.savez(temporary, allow_pickle=False, **vars(store), pieces=len(names))
        temporary.replace(path)
    with np.load(path) as file:
        return CleanWindows(**{f.name: file[f.name] for f in fields(CleanWindows)}), int(file["pieces"])


def prepare(data: Path, out: Path) -> list[str]:
    """Writes planes.npy, drums.npy, windows.npz and sources.json to `out`; returns what was left out, with reasons."""
    out.mkdir(parents=True, exist_ok=True)
    stores: list[CleanWindows] = []
    names: list[str] = []
    refused: list[str] = []
    pieces = 0
    summary: dict[str, dict[str, int]] = {}
    makers: dict[str, Callable[[], tuple[CleanWindows, list[str]]]] = {
        s.file: partial(read_source, data / "npz", s) for s in SOURCES
    }
    makers["groove_drums"] = partial(_groove_store, data, out)
    for name, make in makers.items():
        try:
            store, count = _kept(out / f"store-{name}.npz", make)
        except BROKEN as error:
            refused.append(f"{name}: {type(error).__name__}: {error}")
            continue
        store.piece = store.piece + pieces
        pieces += count
        stores.append(store)
        names.append(name)
        summary[name] = {
            "windows": len(store.piece),
            "validation": int(store.validation.sum()),
            "pieces": len(np.unique(store.piece)),
        }
        print(name, summary[name], flush=True)
    if not stores:
        raise StepError(f"There is nothing to train on in {data}: " + "; ".join(refused))
    np.save(out / "planes.npy", np.concatenate([s.planes for s in stores]))
    np.save(out / "drums.npy", np.concatenate([s.drums for s in stores]))
    columns = {
        n: np.concatenate([getattr(s, n) for s in stores])
        for n in ("piece", "meter", "genre", "dataset", "validation", "row")
    }
    np.savez(out / "windows.npz", allow_pickle=False, **columns)
    (out / "sources.json").write_text(json.dumps(summary, indent=1))
    return refused
