"""Notes from probabilities, by a rule simpler than the engine's, and windows generated one after another.

Both start a note over a half. Here it goes on while *sounding* is over a half too, and nothing else is asked, so that
the network alone is measured. The engine (`engine/src/decode.rs`) lets it go on down to 0.4, limits how many notes of a
part sound at once (a bass one, a counter two, strings five, chords six), and moves the odds of onsets with density and,
a little at random, with temperature. What that changes is measured through the program itself (`whole_melodies.py`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from .contract import NOISE
from .dataset import Batch
from .game import tensors
from .network import Conditions
from .shipped import Plays

Floats = NDArray[np.float32]


class Music(NamedTuple):
    """Hard planes of generated or real parts."""

    pitched: Floats  # [B, 8, 64, 84]
    drums: Floats  # [B, 64, 12]
    velocity: Floats  # [B, 5, 64]
    timing: Floats  # [B, 5, 64] in steps


def decode(pitched: Floats, steps: Floats, threshold: float = 0.5) -> Floats:
    """An onset above the threshold starts a note; it goes on while *sounding* stays above it. [B, 8, 64, 84]"""
    out = np.zeros_like(pitched)
    on = (pitched[:, 0::2] > threshold) & (steps[:, None, :, None] > 0)
    hold = (pitched[:, 1::2] > threshold) & (steps[:, None, :, None] > 0)
    playing = np.zeros(on[:, :, 0].shape, bool)
    for step in range(on.shape[2]):
        playing = on[:, :, step] | (playing & hold[:, :, step])
        out[:, 0::2, step] = on[:, :, step]
        out[:, 1::2, step] = playing
    return out


def run(generator: Plays, b: Batch, noise: Floats, style: Any = None) -> Music:
    """Generates the parts of a batch of numpy arrays; given parts are kept as they are."""
    t = tensors(Batch(*(np.ascontiguousarray(x) for x in b)))
    with torch.no_grad():
        point = generator.styles(t.genre) if style is None else torch.as_tensor(style, dtype=torch.float32)
        c = Conditions(
            t.melody, t.heard, t.context, t.context_drums, t.given, t.given_drums, t.given_parts, point, t.meter
        )
        pitched, drums, velocity, timing = (x.numpy() for x in generator(c, torch.from_numpy(noise)))
    notes = decode(pitched, b.steps)
    mask = np.repeat(b.given_parts[:, 1:], 2, axis=1)[:, :, None, None]
    notes = notes * (1 - mask) + b.given * mask
    strokes = (drums > 0.5).astype(np.float32) * b.steps[:, :, None]
    keep = b.given_parts[:, :1, None]
    return Music(notes, strokes * (1 - keep) + b.given_drums * keep, velocity, timing)


def noise(count: int, temperature: float, seed: int) -> Floats:
    """Noise vectors for the network."""
    drawn = np.random.default_rng(seed).standard_normal((count, NOISE)).astype(np.float32)
    return drawn * np.float32(temperature)


def blank(genre: int, three: bool = False) -> Batch:
    """One example with nothing in it: no melody, no context, everything to be predicted."""
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
    """The example with the window before it: its melody [1, 2, 64, 84] and what was played."""
    return b._replace(context=np.concatenate([melody_before, music.pitched], 1), context_drums=music.drums)
