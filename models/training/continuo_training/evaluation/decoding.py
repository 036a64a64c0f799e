"""Notes from probabilities, by a rule simpler than the engine's.

Both rules start a note above a half. Here the note goes on while *sounding* is above a half, and there is no other
rule, so that the figures show the network alone. The engine's decoder lets a note go on down to 0.4, limits how many
notes of a part sound at once (bass one, counter two, strings five, chords six), and moves the odds of onsets with the
density and, a little at random, with the temperature. `whole_melodies.py` measures what that changes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from ..base.arrays import Floats
from ..base.contract import NOISE
from ..data.batch import Batch
from ..networks.batches import tensors
from ..networks.generator import Conditions
from .onnx_generator import GeneratorLike


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


def play(generator: GeneratorLike, b: Batch, noise: Floats, style: Any = None) -> Music:
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


def draw_noise(count: int, temperature: float, seed: int) -> Floats:
    """Noise vectors for the network."""
    drawn = np.random.default_rng(seed).standard_normal((count, NOISE)).astype(np.float32)
    return drawn * np.float32(temperature)


def real_music(b: Batch) -> Music:
    """The real parts."""
    return Music(b.pitched, b.drums, b.velocity, b.timing)


def joined_music(pieces: list[Music]) -> Music:
    """Pieces one after another."""
    return Music(*(np.concatenate(x) for x in zip(*pieces, strict=True)))
