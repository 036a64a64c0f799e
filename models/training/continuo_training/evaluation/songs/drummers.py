"""Generated drums beside drummers, who played no part of the songs: few songs by people have drums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...base.arrays import Bools
from ...base.contract import DRUM_VOICES
from ...data.groove_midi import read_groove
from ...data.sources import is_validation
from ..metrics import RATE_FLOOR
from .comparison import gap_summary
from .figures import Figures
from .groove import groove
from .jumps import jumps, silence
from .music import BAR, DRUMS, TRACKS, Music
from .music import silence as silent_music
from .results import LEAST_SONGS, SongFigure, SongSet
from .validation_songs import LEAST_BARS, MOST_BARS

NAME = "all generated drums, beside drummers (Groove MIDI)"
DATASET = "groove_drums"


def drummers_music(strokes: Bools) -> Music:
    """Strokes [steps, 12 voices] as music, each on the key of its voice."""
    music = silent_music(len(strokes))
    for voice, key in enumerate(DRUM_VOICES):
        music.onset[DRUMS, :, key] = music.roll[DRUMS, :, key] = strokes[:, voice]
    return music


def figures_of_drums(music: Music) -> Figures:
    """Groove, jumps and silence of the drums."""
    groups = {"groove": groove(music), "jumps": jumps(music), "silence": silence(music)}
    return {(group, name): value for group, found in groups.items() for name, value in found.items()}


def drummers(data: Path) -> list[Figures]:
    """The figures of the drummers' validation pieces of at least 16 bars.

    Raises:
        BROKEN: the archive is missing or damaged.
    """
    played = read_groove(data / "groove" / "files.tar.xz", lambda name: is_validation(DATASET, name))
    found = []
    for number in range(len(played.names)):
        strokes = played.velocity[played.piece == number].reshape(-1, len(DRUM_VOICES)) > 0
        if len(strokes) >= BAR * LEAST_BARS:
            found.append(figures_of_drums(drummers_music(strokes[: BAR * MOST_BARS])))
    return found


def _spread(values: Sequence[float]) -> float:
    """The square of the standard error."""
    return float(np.var(values, ddof=1) / len(values))


def beside_drummers(real: Sequence[Figures], made: Sequence[Figures]) -> SongSet:
    """The drums of all generated songs beside those of drummers: means of two sets that have no song in common."""
    figures = []
    for figure in dict.fromkeys(figure for found in real for figure in found):
        group, name = figure
        sides = [[f[figure] for f in side if not math.isnan(f.get(figure, math.nan))] for side in (real, made)]
        if TRACKS[DRUMS] not in name or min(map(len, sides)) < LEAST_SONGS:
            continue
        before, after = (float(np.mean(side)) for side in sides)
        error = math.sqrt(sum(map(_spread, sides)))
        gap = after - before
        relative = abs(gap) / max(abs(before), RATE_FLOOR)
        figures.append(SongFigure(group, name, len(sides[0]), before, after, gap, error, relative))
    return SongSet(NAME, len(real), figures, gap_summary(figures))
