"""What a model must beat: notes at random, and an untrained generator."""

from __future__ import annotations

import numpy as np
import torch

from ..data.batch import Batch
from ..networks.batches import conditions, tensors
from ..networks.generator import Generator
from .decoding import Music, decode, draw_noise


def random_music(b: Batch, seed: int) -> Music:
    """Notes at random, with each part's real share of onsets by pitch and its real mean length."""
    rng = np.random.default_rng(seed)
    out = np.zeros_like(b.pitched)
    for part in range(4):
        rows = b.exists[:, part + 1] > 0
        if not rows.any():
            continue
        onset, sounding = b.pitched[rows, 2 * part], b.pitched[rows, 2 * part + 1]
        rate = onset.mean((0, 1))
        length = max(1, round(float(sounding.sum() / max(onset.sum(), 1))))
        drawn = rng.random(b.pitched[:, 0].shape) < rate
        out[:, 2 * part] = drawn
        for k in range(length):
            out[:, 2 * part + 1, k:] = np.maximum(out[:, 2 * part + 1, k:], drawn[:, : 64 - k])
    rows = b.exists[:, 0] > 0
    rate = b.drums[rows].mean((0, 1)) if rows.any() else np.zeros(b.drums.shape[-1])
    drums = (rng.random(b.drums.shape) < rate).astype(np.float32)
    nothing = np.zeros((len(out), 5, 64), np.float32)
    return Music(out, drums, nothing, nothing)


def untrained_music(b: Batch, seed: int) -> Music:
    """An untrained generator, its threshold moved until it plays as many onsets as the real parts."""
    torch.manual_seed(seed)
    generator = Generator().eval()
    t = tensors(Batch(*(np.ascontiguousarray(x) for x in b)))
    with torch.no_grad():
        noise = torch.from_numpy(draw_noise(len(b.genre), 1.0, seed))
        outputs = generator(conditions(t, generator.styles(t.genre)), noise)
    pitched, drums, velocity, timing = (x.numpy() for x in outputs)
    scaled = np.zeros_like(pitched)
    for plane in range(8):
        rows = b.exists[:, plane // 2 + 1] > 0
        if rows.any():
            edge = np.quantile(pitched[rows, plane], 1 - b.pitched[rows, plane].mean())
            scaled[:, plane] = (pitched[:, plane] > edge).astype(np.float32)
    rows = b.exists[:, 0] > 0
    edge = np.quantile(drums[rows], 1 - b.drums[rows].mean()) if rows.any() else 1.0
    return Music(decode(scaled, b.steps), (drums > edge).astype(np.float32), velocity, timing)
