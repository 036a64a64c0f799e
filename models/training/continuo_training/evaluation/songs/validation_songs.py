"""Whole songs of validation pieces: the longest stretch of 4/4 of each, from the windows that follow each other."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Bools
from ...base.errors import StepError
from ...data.sources import BROKEN, SOURCES, Source, is_validation
from .continuity import ARCHIVES, RawPiece, Run, places, raw_pieces, runs
from .music import BAR, BEAT, MELODY, TRACKS, Music

#: The bars of a stretch, and the share of them in which the melody must sound.
LEAST_BARS, MOST_BARS = 16, 64
LEAST_SUNG = 0.5
#: The meter of windows in 4/4, in the npz files.
COMMON_TIME = 44
#: Accompaniments that a program made by rules.
RULE_MADE = "mma_openewld"


@dataclass
class Song:
    """A stretch of a piece with its real accompaniment.

    `ends`: the melody ends where the stretch does; `place`: its first step in the raw file, `None` where unknown.
    """

    dataset: str
    name: str
    genre: str
    music: Music
    ends: bool
    place: int | None

    @property
    def by_people(self) -> bool:
        """Whether people wrote the accompaniment."""
        return self.dataset != RULE_MADE


@dataclass
class Stretch:
    """Bars of a piece: first and end, counted from the first bar of its run of windows."""

    first: int
    end: int

    @property
    def bars(self) -> int:
        """The number of bars."""
        return self.end - self.first


def longest_stretch(sung: NDArray[np.bool_]) -> Stretch | None:
    """The stretch of a run of bars, from `sung` [bars, 4 beats]: where the melody sounds.

    It begins where the melody sounds on a first beat, ends with a bar in which it sounds, and has at most 64 bars.
    `None` when it is shorter than 16 bars or mostly without melody.
    """
    on_first, in_bar = np.flatnonzero(sung[:, 0]), np.asarray(sung.any(1))
    if not len(on_first):
        return None
    first = int(on_first[0])
    end = min(first + MOST_BARS, len(sung))
    while not in_bar[end - 1]:
        end -= 1
    enough = end - first >= LEAST_BARS and in_bar[first:end].mean() >= LEAST_SUNG
    return Stretch(first, end) if enough else None


class SongSource:
    """The songs of the validation pieces of one npz file."""

    def __init__(self, data: Path, source: Source) -> None:
        self.source = source
        with np.load(data / "npz" / f"{source.file}.npz") as file:
            self.roll, self.onset = file["roll"], file["onset"]
            self.meter, self.piece = file["meter"], file["piece"]
            self.names = [str(name) for name in file["pieces"]]
            usable = file["pd_us_1930"].astype(bool) if source.genre is None else np.ones(len(self.piece), bool)
            self.genre = (
                np.array([str(file["genres"][g]) for g in file["genre"]])
                if source.genre is None
                else np.full(len(self.piece), source.genre)
            )
        chosen = [n for n in np.unique(self.piece[usable]) if is_validation(source.file, self.names[n])]
        #: Genre → its pieces, in an order that never moves and has nothing to do with their names.
        self.pieces: dict[str, list[int]] = {}
        for number in sorted(chosen, key=lambda n: zlib.crc32(f"{n}/{self.names[n]}".encode())):
            genre = str(self.genre[self.piece == number][0])
            self.pieces.setdefault(genre, []).append(int(number))
        stems = {PurePosixPath(self.names[n]).stem for n in chosen}
        self.raw: dict[str, RawPiece] | None = raw_pieces(data, source.file, stems) if source.file in ARCHIVES else None

    def songs(self, genre: str) -> Iterator[Song]:
        """The songs of a genre, one at most of each title."""
        seen: set[str] = set()
        for number in self.pieces.get(genre, []):
            if self.names[number] in seen:
                continue
            song = self._song(number, genre)
            if song is not None:
                seen.add(self.names[number])
                yield song

    def _runs(self, rows: NDArray[np.intp], stem: str) -> list[Run]:
        """Runs of rows in 4/4 that follow each other; `windows` are rows of the npz file."""
        common = self.meter[rows] == COMMON_TIME
        if self.raw is None:  # a program made these windows, one after another
            parts = np.split(rows, np.flatnonzero(np.diff(common.astype(int))) + 1)
            return [Run([int(row) for row in part], None) for part in parts if self.meter[part[0]] == COMMON_TIME]
        raw = self.raw.get(stem)
        if raw is None:
            return []
        voting = list(ARCHIVES[self.source.file].votes)
        at = [
            places(np.argwhere(_unpacked(self.onset[row][voting]).any(0)), raw.starts) if is_common else set()
            for row, is_common in zip(rows, common, strict=True)
        ]
        return [Run([int(rows[n]) for n in r.windows], r.place) for r in runs(at) if common[r.windows[0]]]

    def _song(self, number: int, genre: str) -> Song | None:
        rows = np.flatnonzero(self.piece == number)
        stem = PurePosixPath(self.names[number]).stem
        found: tuple[Music, Stretch, Run] | None = None
        for run in self._runs(rows, stem):
            music = _joined(self.roll[run.windows], self.onset[run.windows])
            steps = np.asarray(music.roll[MELODY].any(1))
            sung = np.asarray(steps.reshape(-1, BAR // BEAT, BEAT).any(2))
            stretch = longest_stretch(sung)
            if stretch and (found is None or stretch.bars > found[1].bars):
                found = music, stretch, run
        if found is None:
            return None
        music, stretch, run = found
        span = slice(BAR * stretch.first, BAR * stretch.end)
        place = None if run.place is None else run.place + span.start
        last = self.raw[stem].last if self.raw is not None else None
        if place is not None and last is not None:
            ends = last < place + span.stop - span.start
        else:
            ends = run.windows[-1] == rows[-1] and not music.roll[MELODY, span.stop :].any()
        cut = Music(music.roll[:, span], music.onset[:, span])
        return Song(self.source.file, stem, genre, cut, bool(ends), place)


def _unpacked(planes: NDArray[np.uint8]) -> Bools:
    return np.unpackbits(planes, axis=-1).astype(bool)


def _joined(roll: NDArray[np.uint8], onset: NDArray[np.uint8]) -> Music:
    """Packed windows [n, 6, 64, 16], one after another."""
    planes = [_unpacked(x).swapaxes(0, 1).reshape(len(TRACKS), -1, 128) for x in (roll, onset)]
    return Music(planes[0] | planes[1], planes[1])


def _evenly(sources: list[Iterator[Song]], most: int) -> list[Song]:
    """At most so many songs, one of each source in turn for as long as it has some."""
    songs: list[Song] = []
    while sources and len(songs) < most:
        drawn = [(source, next(source, None)) for source in sources[: most - len(songs)]]
        songs += [song for _, song in drawn if song is not None]
        sources = [source for source, song in drawn if song is not None] + sources[len(drawn) :]
    return songs


def validation_songs(data: Path, most: int) -> tuple[list[Song], list[str]]:
    """At most so many songs, a quarter of them with accompaniments made by rules; also what was left out, with reasons.

    Raises:
        StepError: there is no song at all.
    """
    by_people: list[Iterator[Song]] = []
    by_rules: list[Iterator[Song]] = []
    refused: list[str] = []
    for source in SOURCES:
        try:
            found = SongSource(data, source)
        except BROKEN as error:
            refused.append(f"{source.file}: {type(error).__name__}: {error}")
            continue
        kind = by_rules if source.file == RULE_MADE else by_people
        kind += [found.songs(genre) for genre in sorted(found.pieces)]
    made = _evenly(by_rules, most // 4)
    songs = _evenly(by_people, most - len(made)) + made
    if not songs:
        why = "; ".join(refused) or "its pieces are too short"
        raise StepError(f"There is no whole song in {data} ({why}); `--without songs` leaves whole songs out.")
    return sorted(songs, key=lambda song: (not song.by_people, song.dataset, song.genre, song.name)), refused
