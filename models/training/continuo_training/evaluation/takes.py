"""Takes of a batch of windows, and the one that the conductor likes best."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import torch

from ..base.arrays import Floats
from ..data.batch import Batch
from .decoding import Music, draw_noise, joined_music, play
from .load_networks import Networks
from .measured_windows import LISTED
from .onnx_generator import GeneratorLike

#: The seed of the first draw.
SEED = 11
#: The numbers of takes that the conductor chooses from.
TAKES = (2, 4, 8)


def generate(
    generator: GeneratorLike, b: Batch, temperature: float, seed: int, style: Floats | None = None, size: int = 32
) -> Music:
    """The parts of a large batch, some windows at a time."""
    noise = draw_noise(len(b.genre), temperature, seed)
    pieces = [
        play(
            generator,
            Batch(*(x[i : i + size] for x in b)),
            noise[i : i + size],
            None if style is None else style[i : i + size],
        )
        for i in range(0, len(noise), size)
    ]
    return joined_music(pieces)


def judged(networks: Networks, b: Batch, music: Music, size: int = 32) -> Floats:
    """The conductor's scores [B]."""
    assert networks.conductor is not None
    out = []
    listed = LISTED[b.genre]
    with torch.no_grad():
        style = networks.generator.styles(torch.from_numpy(b.genre)).numpy()
        arrays = (b.melody, b.heard, b.context, b.context_drums, style, b.meter, music.pitched, music.drums, listed)
        for i in range(0, len(b.genre), size):
            few = [torch.from_numpy(np.ascontiguousarray(x[i : i + size], np.float32)) for x in arrays]
            out.append(networks.conductor(*few).numpy())
    return np.concatenate(out)


def best_of(networks: Networks, b: Batch, takes: Collection[int], temperature: float, seed: int) -> dict[int, Music]:
    """Number of takes → the take of each window that the conductor likes best among so many."""
    found: dict[int, Music] = {}
    best: Music | None = None
    high = np.full(len(b.genre), -np.inf, np.float32)
    for take in range(max(takes)):
        music = generate(networks.generator, b, temperature, seed + take)
        score = judged(networks, b, music)
        better = score > high
        high = np.where(better, score, high)
        if best is None:
            best = music
        else:
            pairs = zip(music, best, strict=True)
            best = Music(*(np.where(better.reshape(-1, *[1] * (a.ndim - 1)), a, b) for a, b in pairs))
        if take + 1 in takes:
            found[take + 1] = best
    return found


def first_draw(b: Batch, music: Music) -> Music:
    """The first of several draws of a batch's windows."""
    return Music(*(x[: len(b.genre)] for x in music))
