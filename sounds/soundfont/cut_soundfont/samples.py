"""Makes samples smaller: one channel, a lower rate, no silence, no more than their loop needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .font import Frames, Sample

Wave = npt.NDArray[np.float64]

SHORTEST_LOOP = 512
"""Frames. A player that plays a shorter loop many octaves up may step over the whole of it at once."""
AFTER_LOOP = 16
"""Frames after a loop's end, which players read while they interpolate."""
HALF_WIDTH = 16
"""Zero crossings of the resampling filter on each side."""
FADE = 0.4
"""The part of a sample that is cut off over which it fades."""
LOOP_SECONDS = (0.2, 0.55)
"""How long a loop is that the cutter makes."""
SILENCE = 10 ** (-66 / 20)
"""What counts as silence, from a sample's peak."""


@dataclass(frozen=True)
class Treatment:
    """How small a sample is made."""

    rate: int
    """The highest sample rate, in Hz."""
    seconds: float
    """The longest length of a sample without a loop."""
    loop_end: float
    """When a sample with a loop has to be in it; where it is not yet, the cutter makes an earlier loop."""


def shrink(sample: Sample, loops: bool, gain: float, treatment: Treatment) -> tuple[Sample, float]:
    """The sample made smaller, and louder by a factor; and by how many decibels a second it fell where it was given an
    earlier loop, or 0: the envelope has to do that now."""
    wave = sample.frames.astype(np.float64) * gain
    fall = 0.0
    if loops and sample.loop_end - sample.loop_start > 0 and sample.loop_end <= len(wave):
        if sample.loop_end > treatment.loop_end * sample.rate:
            end = int(treatment.loop_end * sample.rate)
            fall = _fall(wave[: sample.loop_end], end, sample.rate)
            wave, start = _earlier_loop(wave, end, sample.rate)
            sample = replace(sample, loop_start=start, loop_end=end)
        frames, start, end, rate = _looped(wave, sample, treatment.rate)
    else:
        rate = min(sample.rate, treatment.rate)
        wave = _cut_off(wave, sample.rate, treatment.seconds)
        ratio = sample.rate / rate
        positions = np.arange(int(len(wave) * rate / sample.rate)).astype(np.float64) * ratio
        frames = _at(wave, positions, ratio)
        start, end = 0, len(frames)
    return Sample(sample.name, _rounded(frames), start, end, rate, sample.root_key, sample.correction), fall


def _rms(wave: Wave) -> float:
    return float(np.sqrt((wave**2).mean())) if len(wave) else 0.0


def _fall(wave: Wave, at: int, rate: int) -> float:
    """By how many decibels a second a wave falls around a frame; 0 if it hardly does."""
    reach = min(rate, at, len(wave) - at)
    before, after = _rms(wave[at - reach : at]), _rms(wave[at : at + reach])
    if reach < rate // 20 or after <= 0.0 or before <= 0.0:
        return 0.0
    fall = 20 * np.log10(before / after) / (reach / rate)
    return float(fall) if fall > 1.5 else 0.0


def _earlier_loop(wave: Wave, end: int, rate: int) -> tuple[Wave, int]:
    """A loop that ends at `end`: of a length after which the wave is most like itself, level from end to end, and
    crossfaded. Returns the wave and where the loop starts."""
    window = min(end // 4, rate // 8)
    tail = wave[end - window : end]
    shortest, longest = (int(seconds * rate) for seconds in LOOP_SECONDS)
    lengths = np.arange(min(shortest, end - 2 * window), min(longest, end - window))
    likeness = [
        float(tail @ part / (np.sqrt(part @ part) + 1e-9))
        for part in (wave[end - length - window : end - length] for length in lengths)
    ]
    length = int(lengths[int(np.argmax(likeness))])
    start = end - length
    wave = wave[:end].copy()
    level_before, level_after = _rms(wave[max(0, start - window) : start]), _rms(tail)
    if level_before > 0.0 and level_after > 0.0:
        # From the level before the loop to that level again.
        wave[start:] *= np.exp(np.linspace(0.0, np.log(min(level_before / level_after, 4.0)), length))
    cross = min(length // 2, start)
    part = np.linspace(0.0, 1.0, cross)
    wave[end - cross :] = wave[end - cross :] * (1 - part) + wave[start - cross : start] * part
    return wave, start


def _looped(wave: Wave, sample: Sample, most: int) -> tuple[Wave, int, int, int]:
    start, length = sample.loop_start, sample.loop_end - sample.loop_start
    loop = wave[start : start + length]
    repeats = 1
    while length * repeats * min(1.0, most / sample.rate) < SHORTEST_LOOP:
        repeats += 1
    # The loop goes on after its end, so that the filter reads what a player would play.
    padding = 2 * HALF_WIDTH * 8
    whole = np.concatenate([wave[:start], np.tile(loop, repeats + padding // length + 2)])
    length *= repeats
    # The new loop must have a whole number of frames, or it would be out of tune.
    frames = length if most >= sample.rate else max(1, round(length * most / sample.rate))
    ratio = length / frames
    before = int(start / ratio)
    positions = start + (np.arange(before + frames + AFTER_LOOP) - before).astype(np.float64) * ratio
    return _at(whole, positions, ratio), before, before + frames, round(sample.rate / ratio)


def _cut_off(wave: Wave, rate: int, seconds: float) -> Wave:
    peak = np.abs(wave).max(initial=0.0)
    loud = np.nonzero(np.abs(wave) > peak * SILENCE)[0]
    end = int(loud[-1]) + 1 if len(loud) else min(len(wave), 64)
    end = min(end, int(seconds * rate))
    wave = wave[:end].copy()
    # Whatever is left ends without a click.
    fade = int(FADE * end) if end == int(seconds * rate) else min(end, 64)
    wave[end - fade :] *= np.linspace(1.0, 0.0, fade) ** 2
    return wave


def _at(wave: Wave, positions: Wave, ratio: float) -> Wave:
    """The wave at positions between its frames, by a windowed sinc that keeps what steps of `ratio` can hold."""
    if ratio == 1.0 and np.array_equal(positions, np.round(positions)):
        return wave[positions.astype(np.int64)]
    scale = max(ratio, 1.0) / 0.95
    reach = int(np.ceil(HALF_WIDTH * scale))
    padded = np.concatenate([np.zeros(reach), wave, np.zeros(reach + 1)])
    out = np.empty(len(positions))
    taps = np.arange(-reach + 1, reach + 1)
    for begin in range(0, len(positions), 1 << 14):
        part = positions[begin : begin + (1 << 14)]
        whole = np.floor(part).astype(np.int64)
        offsets = taps[None, :] - (part - whole)[:, None]
        kernel = np.sinc(offsets / scale) / scale * _window(offsets / reach)
        kernel /= kernel.sum(axis=1, keepdims=True)
        out[begin : begin + (1 << 14)] = (padded[whole[:, None] + taps[None, :] + reach] * kernel).sum(axis=1)
    return out


def _window(x: Wave) -> Wave:
    """Blackman's window from -1 to 1."""
    inside = np.clip(np.abs(x), 0.0, 1.0)
    window: Wave = 0.42 + 0.5 * np.cos(np.pi * inside) + 0.08 * np.cos(2 * np.pi * inside)
    return window


def _rounded(wave: Wave) -> Frames:
    rounded: Frames = np.clip(np.round(wave), -32768, 32767).astype(np.int16)
    return rounded


def level(frames: Frames) -> float:
    """The power of a sample's first second."""
    wave = frames[:44_100].astype(np.float64)
    return float((wave**2).mean()) if len(wave) else 0.0


def peak(frames: Frames) -> float:
    """The highest magnitude."""
    return float(np.abs(frames.astype(np.float64)).max(initial=1.0))
