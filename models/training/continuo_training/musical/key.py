"""Key estimation, the same algorithm as the engine's `Key::estimate` (`music/src/key.rs`).

Logistic regression on the pitch classes of a melody, fitted to annotated songs: `music/src/key/profiles.rs` names them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: For each degree's share of the melody, by kind of key; the blues counts as major.
MAJOR = (16.2, -14.2, 4.4, -10.4, 15.1, -0.2, -18.7, 17.4, -5.9, 4.6, -21.6, 1.2)
MINOR = (18.0, -21.1, 2.9, 9.1, -14.1, 4.1, -11.2, 19.3, -5.3, -19.8, 0.5, -0.2)
BLUES = (14.0, -12.0, -1.0, 2.0, 6.0, 3.0, 0.0, 13.0, -14.0, 3.0, 5.0, -6.0)
#: What speaks for each kind whatever the melody is.
BIASES = (0.27, -0.27, -1.0)
#: Scores that differ by less are equal.
ROUNDING = 1e-9


def _transposed(profile: tuple[float, ...]) -> NDArray[np.float64]:
    """A profile on every tonic: [12 tonics, 12 pitch classes]."""
    return np.array([np.roll(profile, tonic) for tonic in range(12)])


PROFILES = tuple(_transposed(profile) for profile in (MAJOR, MINOR, BLUES))


def keys(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """[B, 12] weights → the key of each: 0…11 = C…B major, 12…23 = C…B minor; equal weights count as C major."""
    weights = np.maximum(np.asarray(weights, np.float64), 0.0)
    roots = np.sqrt(weights)
    total = roots.sum(1, keepdims=True)
    shares = np.divide(roots, total, out=np.zeros_like(roots), where=total > 0)
    major, minor, blues = (shares @ rows.T + bias for rows, bias in zip(PROFILES, BIASES, strict=True))
    scores = np.concatenate([np.maximum(major, blues), minor], axis=1)
    best: NDArray[np.int64] = (scores > scores.max(1, keepdims=True) - ROUNDING).argmax(1)
    heaviest = weights.max(1, keepdims=True)
    is_even = (heaviest - weights <= ROUNDING * heaviest).all(1)
    best[is_even] = 0
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
