"""Performances that the file keeps: how far real drummers strayed from what the network expects of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..base.contract import GENRE_IDS, STEPS, VOICES
from .network import NO_TAP, Drummer
from .strokes import BAR, Performances
from .training import Window, feels, window

#: The most performances of a genre, of how many they are chosen, and among how many of those that are nearest to a part
#: one is drawn.
MOST, CANDIDATES, NEAREST = 192, 1500, 4
#: Numbers of 0 to 63 as one character each.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#: A deviation of 0 is this number; so many numbers are one mean absolute deviation.
MIDDLE, PER_DEVIATION = 32, 8
#: Bits of a character.
BITS = 6

Deviations = NDArray[np.float64]


@dataclass
class Kept:
    """Four bars of a drummer: their feel, and deviations [64, 12] in spreads of the network, NaN where no stroke is."""

    feel: NDArray[np.float32]
    loud: Deviations
    late: Deviations
    piece: int = -1

    @property
    def strokes(self) -> NDArray[np.bool_]:
        """Where something is played."""
        return ~np.isnan(self.loud)

    def text(self) -> dict[str, Any]:
        """As the file's metadata has it."""
        on = self.strokes
        bits = on.reshape(-1, BITS) @ (1 << np.arange(BITS)[::-1])
        return {
            "feel": [round(float(x), 4) for x in self.feel],
            "strokes": _characters(bits),
            "loudness": _characters(_numbers(self.loud[on])),
            "timing": _characters(_numbers(self.late[on])),
        }

    def filled(self) -> tuple[Deviations, Deviations]:
        """The deviations of all voices on all steps, as the engine fills them: see `player.rs`."""
        return _filled(self.loud), _filled(self.late)


def _numbers(deviations: Deviations) -> NDArray[np.int64]:
    return (np.floor(deviations * PER_DEVIATION + 0.5).astype(np.int64) + MIDDLE).clip(0, len(ALPHABET) - 1)


def _characters(numbers: NDArray[np.int64]) -> str:
    return "".join(ALPHABET[number] for number in numbers)


def _filled(known: Deviations) -> Deviations:
    """Where a voice is silent, as on the same step of a near bar, or as its nearest stroke of the same weight, or as
    its nearest; NaN for voices that play nothing."""
    out, bars = known.copy(), known.reshape(-1, BAR, VOICES)
    for bar, own in enumerate(out.reshape(-1, BAR, VOICES)):
        for far in (1, -1, 2, -2, 3, -3):
            if 0 <= bar + far < len(bars):
                own[:] = np.where(np.isnan(own), bars[bar + far], own)
    steps = np.arange(STEPS)
    weight = np.where(steps % 4 == 0, 0, np.where(steps % 2 == 0, 1, 2))
    for voice in range(VOICES):
        played = np.flatnonzero(~np.isnan(known[:, voice]))
        if len(played):
            distance = np.abs(played - steps[:, None]) + STEPS * np.abs(weight[played] - weight[:, None])
            nearest_stroke = known[played[distance.argmin(1)], voice]
            out[:, voice] = np.where(np.isnan(out[:, voice]), nearest_stroke, out[:, voice])
    return out


def all_known(p: Performances) -> Window:
    """The windows with all strokes known, and nobody's feel."""
    silent = np.zeros((len(p.genre), STEPS, 3), np.float32)
    w = window(p, silent, np.full(len(p.genre), NO_TAP), np.ones((len(p.genre), STEPS, VOICES), bool))
    w.feel.zero_()
    return w


@torch.no_grad()
def kept(network: Drummer, p: Performances, most: int = MOST) -> list[list[Kept]]:
    """For each genre those of the windows that the network learnt from which are like most of the others."""
    return [
        _of_genre(network.eval(), p.rows((p.genre == genre) & ~p.validation), most) for genre in range(len(GENRE_IDS))
    ]


def _of_genre(network: Drummer, p: Performances, most: int) -> list[Kept]:
    if not len(p.genre):
        return []
    p = p.rows(spread(p.piece, CANDIDATES, np.random.default_rng(9)))
    p = p.rows(covering(p.velocity > 0, most))
    w, own = all_known(p), feels(p.velocity, p.timing).round(4)
    w.feel = torch.from_numpy(own)
    made, on = w.read(network), p.velocity > 0

    def strayed(played: NDArray[np.float32], mean: torch.Tensor, size: torch.Tensor) -> Deviations:
        numbers = _numbers(((played - mean.numpy()) / size.numpy()).astype(np.float64))
        return np.where(on, (numbers - MIDDLE) / PER_DEVIATION, np.nan)

    loud = strayed(p.velocity, made.velocity, made.velocity_spread)
    late = strayed(p.timing, made.timing, made.timing_spread)
    return [Kept(*row) for row in zip(own, loud, late, p.piece.tolist(), strict=True)]


def spread(piece: NDArray[np.int32], most: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Rows, by chance, one of each piece before a second of any."""
    rows, seen, turn = random.permutation(len(piece)), dict.fromkeys(piece.tolist(), 0), []
    for row in rows:
        turn.append(seen[int(piece[row])])
        seen[int(piece[row])] += 1
    return np.asarray(rows[np.argsort(turn, kind="stable")][:most])


def covering(strokes: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Rows, each the one that brings all rows nearest to one that is chosen, in the agreement of their strokes."""
    flat = strokes.reshape(len(strokes), -1).astype(np.float32)
    count = flat.sum(1)
    agreement = 2 * (flat @ flat.T) / np.maximum(count[:, None] + count, 1)
    best, chosen = np.zeros(len(flat), np.float32), np.zeros(len(flat), bool)
    rows = []
    for _ in range(min(most, len(flat))):
        gain = np.where(chosen, -1, np.maximum(agreement - best[:, None], 0).sum(0))
        rows.append(int(gain.argmax()))
        chosen[rows[-1]] = True
        best = np.maximum(best, agreement[:, rows[-1]])
    return np.array(rows, np.int64)


def nearest(drummers: list[Kept], strokes: NDArray[np.bool_], without: int | None = None) -> list[Kept]:
    """Those whose strokes agree most with a part's, by F1 less the share of strokes whose voices they lack; without
    those of one piece if there are others."""
    others = [drummer for drummer in drummers if drummer.piece != without] or drummers
    masks = np.stack([drummer.strokes for drummer in others])
    both, count = (masks & strokes).sum((1, 2)), masks.sum((1, 2)) + strokes.sum()
    lacking = (strokes & ~masks.any(1, keepdims=True)).sum((1, 2)) / max(strokes.sum(), 1)
    order = np.argsort(lacking - 2 * both / np.maximum(count, 1), kind="stable")
    return [others[number] for number in order[:NEAREST]]
