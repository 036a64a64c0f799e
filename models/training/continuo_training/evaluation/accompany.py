"""Accompanies a tune window after window, as the engine does."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Floats
from ..base.contract import GENRE_IDS, GENRES, PITCHED
from ..data.batch import Batch
from ..musical import tunes
from ..networks.generator import Generator
from .decoding import Music, draw_noise, play

Accompanied = list[tuple[Floats, Music]]


def accompany(
    generator: Generator, genre: str, windows: list[tunes.Tune], three: bool, temperature: float, seed: int
) -> Accompanied:
    """Generates window after window; parts that the genre does not list are silent."""
    index = GENRE_IDS.index(genre)
    out: Accompanied = []
    before: tuple[Floats, Music] | None = None
    for number, notes in enumerate(windows):
        example = with_melody(blank(index, three), notes)
        if before is not None:
            example = after(example, *before)
        music = play(generator, example, draw_noise(1, temperature, seed + number))
        for i, part in enumerate(PITCHED):
            if part not in GENRES[index].parts:
                music.pitched[:, 2 * i : 2 * i + 2] = 0
        if "drums" not in GENRES[index].parts:
            music.drums[:] = 0
        before = (example.full_melody, music)
        out.append((example.full_melody[0], music))
    return out


def blank(genre: int, three: bool = False) -> Batch:
    """An empty example: no melody, no context, all parts to be generated."""
    steps = np.ones((1, 64), np.float32)
    if three:
        steps[:, 48:] = 0
    return Batch(
        np.zeros((1, 2, 64, 84), np.float32),
        np.zeros((1, 64), np.float32),
        np.zeros((1, 10, 64, 84), np.float32),
        np.zeros((1, 64, 12), np.float32),
        np.zeros((1, 8, 64, 84), np.float32),
        np.zeros((1, 64, 12), np.float32),
        np.zeros((1, 5), np.float32),
        np.array([[0.0, 1.0]] if three else [[1.0, 0.0]], np.float32),
        np.array([genre], np.int64),
        np.zeros((1, 8, 64, 84), np.float32),
        np.zeros((1, 64, 12), np.float32),
        np.zeros((1, 5, 64), np.float32),
        np.ones((1, 5), np.float32),
        steps,
        np.zeros((1, 2, 64, 84), np.float32),
        np.full((1, 8), -1, np.int64),
        np.full((1, 8), -1, np.int64),
        np.zeros((1, 5, 64), np.float32),
        np.zeros((1, 5, 64), np.float32),
        np.zeros((1, 2, 64, 84), np.float32),
        np.zeros((1, 8, 64, 84), np.float32),
        np.zeros((1, 64, 12), np.float32),
        np.ones((1, 5), np.float32),
    )


def with_melody(b: Batch, notes: list[tuple[int, int, int]], heard: bool = True) -> Batch:
    """The example with a melody of (step, length, MIDI pitch)."""
    melody = np.zeros((1, 2, 64, 84), np.float32)
    for step, length, pitch in notes:
        melody[0, 0, step, pitch - 24] = 1
        melody[0, 1, step : step + length, pitch - 24] = 1
    known = b.steps if heard else np.zeros_like(b.steps)
    return b._replace(melody=melody * known[:, None, :, None], heard=known.copy(), full_melody=melody)


def after(b: Batch, melody_before: Floats, music: Music) -> Batch:
    """The example with its context: the melody [1, 2, 64, 84] of the window before, and the music played there."""
    return b._replace(context=np.concatenate([melody_before, music.pitched], 1), context_drums=music.drums)
