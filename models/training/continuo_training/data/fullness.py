"""How full the parts play where a song is emptiest, fullest, and between: what the engine's *Intensity* follows.

Songs are cut into windows of four bars, which are ranked within their song by what makes music full: how many parts
play, how many notes they play, and how loud. `Curves` says what each part does at the song's 0th to 100th percentile of
fullness, beside what it does at the middle of the same song. Only songs that build are read; data sets count alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..base.contract import BARS, PARTS, VOICES
from ..musical.drums import voices_of_planes
from .groove_midi import read_groove
from .performance import READERS, align
from .sources import is_validation

Floats = NDArray[np.float64]

#: Data sets in which people wrote or played several parts, and whether velocities are theirs.
SETS = {"freedoom": True, "pop909": True, "orchestra": False}
#: The percentiles of fullness, and how far around each windows count (with falling weight).
PERCENTILES = tuple(range(0, 101, 10))
WIDTH = 0.15
#: A song is read if it has at least so many windows, and if its fuller half has so many times the notes of the other.
WINDOWS = 8
BUILDS = 1.25
#: A part belongs to a song if it plays in this share of its windows.
BELONGS = 0.1
#: A song tells velocities if they differ so much between its windows: typed ones do not.
PLAYED = 0.03
#: Drum voices have few strokes, and their factors stay within these.
BOUNDS = (0.3, 2.0)
#: What fewer songs play is not counted.
FEWEST = 12


@dataclass
class SongWindows:
    """The windows of a song, in any order."""

    plays: NDArray[np.bool_]  # [windows, 5]: which parts sound
    notes: Floats  # [windows, 5]: notes that begin, a bar
    strokes: Floats  # [windows, 12]: strokes of each drum voice, a bar
    velocity: Floats  # [windows, 5]: mean MIDI velocities; NaN where nothing is known


@dataclass
class Curves:
    """Factors for each of the `PERCENTILES`, beside the song's middle: how often a part plays, how many notes it has
    where it plays, their velocities, and the strokes of the drum voices."""

    presence: Floats  # [5, 11]
    notes: Floats  # [5, 11]
    velocity: Floats  # [5, 11]
    strokes: Floats  # [12, 11]


def ranks(values: Floats) -> Floats:
    """The rank of each value, 0 (the least) to 1; equal values share the mean of their ranks."""
    below = (values[None] < values[:, None]).sum(1)
    equal = (values[None] == values[:, None]).sum(1) - 1
    ranked: Floats = (below + equal / 2) / max(1, len(values) - 1)
    return ranked


def fullness(song: SongWindows) -> Floats:
    """The percentile of each window in its song, 0 to 1."""
    counted = ranks(song.plays.sum(1).astype(float)) + ranks(song.notes.sum(1))
    known = ~np.isnan(song.velocity)
    if known.any():
        loud = np.where(known, song.velocity, 0).sum(1) / np.maximum(1, known.sum(1))
        counted = counted + ranks(np.where(known.any(1), loud, loud[known.any(1)].mean()))
    return ranks(counted)


def builds(song: SongWindows) -> bool:
    """Whether a song is long enough, and fuller in one place than in another."""
    if len(song.notes) < WINDOWS:
        return False
    order = np.argsort(fullness(song), kind="stable")
    notes = song.notes.sum(1)[order]
    half = len(notes) // 2
    return bool(notes[-half:].mean() >= BUILDS * notes[:half].mean())


def rising(values: Floats) -> Floats:
    """The nearest curve that never falls (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = float(value), 1
        while pools and pools[-1][0] > mean:
            other, more = pools.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        pools.append((mean, count))
    return np.concatenate([np.full(count, mean) for mean, count in pools])


def _weights(song: SongWindows) -> Floats:
    """How much each window counts at each percentile, `[11, windows]`; each row adds up to 1 or is all 0."""
    distance = np.abs(fullness(song)[None] - np.array(PERCENTILES)[:, None] / 100)
    near = np.maximum(0, 1 - distance / WIDTH)
    total = near.sum(1, keepdims=True)
    weights: Floats = np.divide(near, total, out=np.zeros_like(near), where=total > 0)
    return weights


def _mean_factor(factors: Sequence[Floats]) -> Floats:
    """The geometric mean over songs of curves beside their own middle; a song counts where it has a value."""
    if len(factors) < FEWEST:
        return np.full(len(PERCENTILES), np.nan)
    mean: Floats = np.exp(np.nanmean(np.log(np.stack(factors)), axis=0))
    return mean


def _beside(values: Floats, counts: Floats, floor: float) -> Floats:
    """The weighted means of `values [windows]`, `counts [11, windows]` weighing them, beside the plain mean."""
    total = counts.sum(1)
    means = np.divide(counts @ values, total, out=np.full(len(total), np.nan), where=total > 0)
    beside: Floats = np.maximum(means / values.mean(), floor)
    return beside


def curves_of(songs: Sequence[SongWindows]) -> Curves:
    """The curves of one data set; NaN for parts that none of its songs has."""
    found = Curves(*(np.full((n, len(PERCENTILES)), np.nan) for n in (5, 5, 5, VOICES)))
    weights = [_weights(song) for song in songs]
    for part in range(len(PARTS)):
        own = [(song, w) for song, w in zip(songs, weights, strict=True) if song.plays[:, part].mean() > BELONGS]
        if not own:
            continue
        shares = [np.where(w.any(1), w @ song.plays[:, part], np.nan) for song, w in own]
        found.presence[part] = np.maximum(np.nanmean(shares, axis=0), 0.05)
        notes, velocity = [], []
        for song, w in own:
            on = song.plays[:, part] & (song.notes[:, part] > 0)
            if on.any():
                notes.append(_beside(song.notes[on, part], w[:, on], 0.05))
            known = on & ~np.isnan(song.velocity[:, part])
            if known.any() and np.std(song.velocity[known, part]) > PLAYED * np.mean(song.velocity[known, part]):
                velocity.append(_beside(song.velocity[known, part], w[:, known], 0.05))
        found.notes[part], found.velocity[part] = _mean_factor(notes), _mean_factor(velocity)
    for voice in range(VOICES):
        kits = [(song.strokes[:, voice], w) for song, w in zip(songs, weights, strict=True) if is_kit(song)]
        played = [(strokes, w) for strokes, w in kits if strokes.any()]
        if len(played) >= FEWEST:
            total = np.sum([w @ strokes for strokes, w in played], axis=0)
            found.strokes[voice] = total / np.sum([strokes.mean() for strokes, _ in played])
    return found


def is_kit(song: SongWindows) -> bool:
    """Whether its drums are a kit: it has a snare or a hi-hat, as timpani have not."""
    return bool(song.strokes[:, [1, 3]].any())


def together(sets: Sequence[Curves]) -> Curves:
    """The geometric mean of the data sets, each counting alike where it knows a curve, and 1 at the 50th percentile.
    The parts' curves never fall; a drum voice may make way for another. What no set knows is 1 everywhere."""

    def mean(arrays: list[Floats], rises: bool) -> Floats:
        stacked = np.stack(arrays)
        out = np.ones(stacked.shape[1:])
        for row in np.flatnonzero(~np.isnan(stacked).all((0, 2))):
            own = stacked[:, row]
            beside = np.log(np.maximum(own, 0.05) / own[:, [len(PERCENTILES) // 2]])
            known = ~np.isnan(beside).all(0)
            # Where a part never plays, it would play as at the nearest percentile where it does.
            points = np.array(PERCENTILES)
            curve = np.exp(np.interp(points, points[known], np.nanmean(beside[:, known], axis=0)))
            out[row] = rising(curve) if rises else curve
        return out / out[:, [len(PERCENTILES) // 2]]

    presence, notes, velocity = (
        mean([getattr(c, name) for c in sets], True) for name in ("presence", "notes", "velocity")
    )
    strokes = np.clip(mean([c.strokes for c in sets], False), *BOUNDS)
    return Curves(presence, notes, velocity, strokes)


def songs_of(data: Path, name: str) -> list[SongWindows]:
    """The songs of a data set that are not for validation and that build."""
    file = data / "npz" / f"{name}.npz"
    with np.load(file) as table:
        onset, roll, piece = table["onset"], table["roll"], table["piece"]
        names = [str(x) for x in table["pieces"]]
    velocity = None
    if SETS[name]:
        folder, reader = READERS[name]
        velocity = align(file, data / folder / "files.tar.xz", reader, [])[0]
    songs = []
    for number in np.unique(piece):
        rows = np.flatnonzero(piece == number)
        if len(rows) < WINDOWS or is_validation(name, names[number]):
            continue
        on = np.unpackbits(onset[rows], axis=-1).astype(bool)[:, 1:]
        sounding = np.unpackbits(roll[rows], axis=-1).astype(bool)[:, 1:]
        mean = np.full((len(rows), 5), np.nan)
        if velocity is not None:
            known = velocity[rows] > 0
            total = np.where(known, velocity[rows].astype(float), 0).sum(2)
            np.divide(total, known.sum(2), out=mean, where=known.any(2))
        strokes = voices_of_planes(on[:, 0]).sum(1) / BARS
        song = SongWindows((on | sounding).any((2, 3)), on.sum((2, 3)) / BARS, strokes.astype(float), mean)
        if builds(song):
            songs.append(song)
    return songs


def drummers(data: Path) -> list[SongWindows]:
    """Long takes of drummers, as songs with one part."""
    groove = read_groove(data / "groove" / "files.tar.xz", lambda name: not is_validation("groove_drums", name))
    songs = []
    for number in np.unique(groove.piece):
        strokes = groove.velocity[groove.piece == number].astype(float)
        count = (strokes > 0).sum((1, 2)).astype(float)
        plays, notes, mean = (np.zeros((len(strokes), 5)) for _ in range(3))
        plays[:, 0], notes[:, 0] = count > 0, count / BARS
        mean[:] = np.nan
        np.divide(strokes.sum((1, 2)), count, out=mean[:, 0], where=count > 0)
        song = SongWindows(plays.astype(bool), notes, (strokes > 0).sum(1) / BARS, mean)
        if builds(song):
            songs.append(song)
    return songs


def measure(data: Path) -> tuple[Curves, dict[str, int]]:
    """The curves of all data sets together, and how many songs each has."""
    found = {name: songs_of(data, name) for name in SETS} | {"groove": drummers(data)}
    return together([curves_of(songs) for songs in found.values()]), {name: len(songs) for name, songs in found.items()}
