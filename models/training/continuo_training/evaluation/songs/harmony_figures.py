"""Groups *home* and *harmony*: where the song begins and ends, and the triads of its half bars."""

from __future__ import annotations

import numpy as np

from .averages import known_mean
from .music import BAR, HALF, MELODY, PHRASE, PITCHED, Music, pitch_classes
from .triads import SEVENTHS, HalfBar, Key, Triad, triads_of_half_bars

#: A chord that ends more than this many half bars before the song does is not its end.
LATE = 4
#: A seventh counts when it has this share of the half bar's weight.
HEARD = 0.1
WINDOW_BARS = 16


def _lowest_at_end(music: Music, half_bar: int) -> int:
    """The lowest pitch that sounds last in a half bar."""
    together = np.asarray(music.roll[list(PITCHED), HALF * half_bar : HALF * (half_bar + 1)].any(0))
    last = np.flatnonzero(together.any(1))[-1]
    return int(together[last].argmax())


def _chords(half_bars: list[HalfBar]) -> dict[int, tuple[Triad, HalfBar]]:
    """The half bars that have a triad, by their number."""
    return {n: (h.triad, h) for n, h in enumerate(half_bars) if h.triad is not None}


def home(music: Music, key: Key, ends: bool) -> dict[str, float]:
    """How far first and last chords are the tonic, and phrases end on tonic or dominant.

    `ends`: the melody ends with the music, so its last chord counts.
    """
    half_bars = triads_of_half_bars(music)
    found = _chords(half_bars)
    if not found:
        return {}
    first, last = min(found), max(found)
    figures = {"first chord is the tonic": float(found[first][0].root == key.tonic)}
    if ends:
        in_time = last >= len(half_bars) - LATE
        figures["last chord is the tonic"] = float(in_time and found[last][0].root == key.tonic)
        lowest = _lowest_at_end(music, last)
        figures["last lowest note is the tonic"] = float(in_time and lowest % 12 == key.tonic)
    slots = PHRASE // HALF
    at_ends = [found[n][0].root for n in range(slots - 1, len(half_bars), slots) if n in found]
    figures["phrases end on I or V"] = known_mean(float(r in (key.tonic, (key.tonic + 7) % 12)) for r in at_ends)
    return figures


def _has_seventh(triad: Triad, half_bar: HalfBar) -> bool:
    weights = half_bar.weights
    return any(weights[(triad.root + i) % 12] >= HEARD * weights.sum() for i in SEVENTHS[triad.kind])


def harmony(music: Music, key: Key) -> dict[str, float]:
    """Roots, changes, sevenths and what lies outside the key, by half bar."""
    found = _chords(triads_of_half_bars(music))
    if not found:
        return {}
    changes = [n for n in found if n - 1 in found and found[n][0] != found[n - 1][0]]
    scale = key.scale()

    def root_lowest(n: int) -> float:
        triad, half_bar = found[n]
        return float(half_bar.lowest is not None and half_bar.lowest % 12 == triad.root)

    def outside(half_bar: HalfBar) -> float:
        return float(sum(half_bar.weights[p] for p in range(12) if p not in scale) / half_bar.weights.sum())

    tune = pitch_classes(music.roll[MELODY])[::HALF]
    slots = WINDOW_BARS * BAR // HALF
    windows = [{found[n][0] for n in found if n // slots == w} for w in range(music.bars // WINDOW_BARS)]
    return {
        "root is lowest": known_mean(map(root_lowest, found)),
        "root is lowest at changes": known_mean(map(root_lowest, changes)),
        "triad changes a bar": 2 * len(changes) / max(len(found) - 1, 1),
        "changes on bar lines": known_mean(float(n % 2 == 0) for n in changes),
        "different triads in 16 bars": known_mean(float(len(window)) for window in windows),
        "half bars with a seventh": known_mean(float(_has_seventh(*chord)) for chord in found.values()),
        "triads outside the key": known_mean(float(not scale.issuperset(t.classes())) for t, _ in found.values()),
        "weight of notes outside the key": known_mean(outside(half_bar) for _, half_bar in found.values()),
        "melody on beats 1 and 3 in the triad": known_mean(
            float(tune[n][triad.classes()].any()) for n, (triad, _) in found.items() if tune[n].any()
        ),
    }
