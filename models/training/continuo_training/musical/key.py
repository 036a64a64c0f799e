"""Key estimation (Krumhansl and Kessler's profiles), the same algorithm as the engine's `key.rs`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Krumhansl, Cognitive Foundations of Musical Pitch, 1990.
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def _profiles() -> NDArray[np.float64]:
    rows = [np.roll(profile, root) for profile in (MAJOR, MINOR) for root in range(12)]
    centred = np.array(rows) - np.mean(rows, axis=1, keepdims=True)
    unit: NDArray[np.float64] = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    return unit


PROFILES = _profiles()


def keys(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """[B, 12] weights → the key of each: 0…11 = C…B major, 12…23 = C…B minor; equal weights count as C major."""
    weights = np.asarray(weights, np.float64)
    centred = weights - weights.mean(1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1, keepdims=True)
    correlation = np.divide(centred, norm, out=np.zeros_like(centred), where=norm > 1e-9) @ PROFILES.T
    best: NDArray[np.int64] = correlation.argmax(1)
    return best


def shift_of_key(key: int) -> int:
    """The shift in −6…+5 semitones that takes a key's signature to C major's."""
    major = key if key < 12 else (key - 12 + 3) % 12
    return (-major + 6) % 12 - 6


def shifts(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """[B, 12] weights → the shift of each window."""
    return np.array([shift_of_key(int(key)) for key in keys(weights)], np.int64)


def weights_of_planes(onset: NDArray[np.bool_], sounding: NDArray[np.bool_], lowest: int = 0) -> NDArray[np.float64]:
    """[B, steps, pitches] → [B, 12]: sounding steps plus one step for each onset, by pitch class."""
    total = sounding.sum(1, dtype=np.float64) + onset.sum(1, dtype=np.float64)
    out = np.zeros((len(total), 12))
    for pitch in range(total.shape[1]):
        out[:, (pitch + lowest) % 12] += total[:, pitch]
    return out
