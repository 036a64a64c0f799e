"""What an arranger winced at in arrangements of whole songs, each complaint with the figures that measure it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .arranging import Program
from .chords import Chord
from .music import BASS, DRUMS, Music
from .print_tunes import KICK
from .recogniser import recognised
from .results import Complaint, SongSet
from .tunes import TUNES, PlayedTune

#: The options with which each phrase is arranged by itself, as before songs had a memory.
BY_ITSELF = ("--variation", "100", "--fills", "0")

#: The roots of a blues in F, a bar each; the second bar may have the fourth, the tenth the fifth or the fourth.
_I, _IV, _V = 5, 10, 0
BLUES = ({_I}, {_I, _IV}, {_I}, {_I}, {_IV}, {_IV}, {_I}, {_I}, {_V, 7}, {_V, _IV}, {_I}, {_I, _V})


def share_of_blues_changes(music: Music) -> float:
    """The share of twelve bars that begin on the chord of a blues in F."""
    chords: list[Chord | None] = recognised(music, 4)
    first = chords[::4][: len(BLUES)]
    right = [chord is not None and chord.root in roots for chord, roots in zip(first, BLUES, strict=False)]
    return float(np.mean(right))


def share_of_basses_on_one(music: Music, bar: int) -> float:
    """The share of bars, of those with a bass, whose bass begins on the first beat."""
    planes = music.onset[BASS, : music.onset.shape[1] // bar * bar].reshape(-1, bar, 128)
    plays = np.asarray(planes.any((1, 2)))
    return float(np.asarray(planes[plays, 0].any(1)).mean()) if plays.any() else 0.0


def share_of_second_beats(music: Music, bar: int) -> float:
    """The share of bars in which bass or kick mark the second of two beats."""
    steps = music.onset.shape[1] // bar * bar
    marks = music.onset[BASS, :steps].any(1) | music.onset[DRUMS, :steps, KICK]
    return float(marks.reshape(-1, bar)[:, bar // 2].mean())


def _tune(title: str) -> PlayedTune:
    return next(tune for tune in TUNES if title in tune.title)


@dataclass(frozen=True)
class Line:
    """A line of the arranger's list: the figure of songs that measures it; `good` is 1 where more is better, -1 where
    less is, and 0 where real music's is best."""

    complaint: str
    found_in: str
    group: str
    figure: str
    good: int


@dataclass(frozen=True)
class TuneLine:
    """A line that one tune shows: the share of its bars that are right."""

    complaint: str
    figure: str
    tune: str
    measure: Callable[[Music, int], float]


PEOPLE, RULES = "people", "rules"
LINES = (
    Line("wrong endings", PEOPLE, "home", "last chord is the tonic", 1),
    Line("wrong endings", PEOPLE, "home", "last lowest note is the tonic", 1),
    Line("the same bars harmonised three ways", PEOPLE, "repeats", "chord agrees under a repeat", 1),
    Line("the tonic first in bar 16", PEOPLE, "home", "first chord is the tonic", 1),
    Line("keys that the tune is not in", PEOPLE, "harmony", "triads outside the key", -1),
    Line("basses that stay on another note", PEOPLE, "chords", "root is lowest at chord changes", 1),
    Line("texture that changes", PEOPLE, "jumps", "polyphony, chords, elsewhere", -1),
    Line("texture that changes", PEOPLE, "texture", "notes more or fewer than the chord before, chords", -1),
    Line("grooves that change at each phrase", RULES, "groove", "pattern, drums, lag 4", 1),
    Line("a snare on other beats than two and four", RULES, "texture", "snare on two and four, drums", 0),
    Line("no fill before any section", PEOPLE, "texture", "bars with two strokes on toms in 16, drums", 1),
    Line("close triads at C3", PEOPLE, "texture", "close chords below F3, chords", -1),
    Line("a counter-melody that repeats one note", PEOPLE, "texture", "notes that repeat the one before, counter", -1),
    Line("a counter-melody that plays two notes", PEOPLE, "texture", "phrases on one or two pitches, counter", -1),
)
TUNE_LINES = (
    TuneLine(
        "a blues with no changes", "bars on the blues' chord", "blues", lambda music, _: share_of_blues_changes(music)
    ),
    TuneLine("basses that leave out the waltz's one", "bars whose bass has the one", "waltz", share_of_basses_on_one),
    TuneLine("a jig in three", "bars whose second beat is marked", "jig", share_of_second_beats),
)


def _of(sets: Sequence[SongSet], line: Line) -> tuple[float | None, float] | None:
    for found in sets:
        if line.found_in in found.name and "given" not in found.name:
            for figure in found.figures:
                if (figure.group, figure.name) == (line.group, line.figure):
                    return figure.real, figure.generated
    return None


def complaints(program: Program, seed: int, before: Sequence[SongSet], now: Sequence[SongSet]) -> list[Complaint]:
    """The list, with what was and what is; lines whose figure too few songs have are left out."""
    found = []
    for line in LINES:
        was, value = _of(before, line), _of(now, line)
        if was is not None and value is not None:
            name = f"{line.group}: {line.figure}"
            found.append(Complaint(line.complaint, name, line.good, value[0], was[1], value[1]))
    alone = Program(program.path, (*program.options, *BY_ITSELF), program.model)
    for shown in TUNE_LINES:
        tune = _tune(shown.tune)
        values = [
            shown.measure(p.arrange(tune.music(), tune.genre, seed, tune.meter), tune.bar) for p in (alone, program)
        ]
        found.append(Complaint(shown.complaint, f"{tune.title}: {shown.figure}", 1, 1.0, *values))
    return found
