"""A chord recogniser for notes: templates of 16 qualities on 12 roots, and the likeliest path over the beats.

A chord gives each pitch class a chance to sound; so does a note its chance to lie lowest. The path of chords with the
highest likelihood is found by Viterbi's algorithm. Chords change most readily on bar lines, then on third beats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .chords import QUALITIES, Chord
from .music import BAR, BEAT, MELODY, PITCHED, Music, pitch_classes

NAME = "templates of 16 chord qualities, Viterbi's path over the beats"
#: The chance that a pitch class sounds at a step: the root, another tone of the chord, any other.
ROOT, TONE, OTHER = 0.75, 0.7, 0.05
#: The chance that the lowest note of a beat is the root, another tone of the chord (together), any other (together).
ROOT_LOWEST, TONE_LOWEST, OTHER_LOWEST = 0.75, 0.2, 0.05
#: How common a quality is, roughly as lead sheets have it.
PRIOR = {
    **{"maj": 0.45, "min": 0.18, "7": 0.14, "min7": 0.09, "maj7": 0.05, "maj6": 0.015, "hdim7": 0.015, "dim7": 0.015},
    **{"dim": 0.01, "aug": 0.004, "sus4": 0.008, "sus2": 0.004, "7sus4": 0.008, "min6": 0.005, "minmaj7": 0.002},
    "5": 0.01,
}
#: Beats in a bar → the chance that a chord changes on each.
CHANGES = {4: (0.7, 0.1, 0.4, 0.1), 3: (0.7, 0.1, 0.1)}

CHORDS = [Chord(root, quality, root) for quality in QUALITIES for root in range(12)]


def _chances() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """[chords, 12] chances to sound and to lie lowest, and [chords] prior."""
    sounds, lowest, prior = np.full((len(CHORDS), 12), OTHER), np.zeros((len(CHORDS), 12)), np.zeros(len(CHORDS))
    for row, chord in enumerate(CHORDS):
        tones = sorted(chord.classes())
        others = [p for p in range(12) if p not in tones]
        sounds[row, tones] = TONE
        sounds[row, chord.root] = ROOT
        lowest[row, tones] = TONE_LOWEST / (len(tones) - 1)
        lowest[row, chord.root] = ROOT_LOWEST
        lowest[row, others] = OTHER_LOWEST / len(others)
        prior[row] = PRIOR[chord.quality] / 12
    return sounds, lowest, prior / prior.sum()


SOUNDS, LOWEST, CHORD_PRIOR = _chances()


def beats_of(music: Music) -> tuple[NDArray[np.float64], list[int | None]]:
    """[beats, 12]: the share of each beat's steps at which a pitch class sounds, and the lowest pitch of each beat.

    Melody and parts count alike. The lowest pitch is that of the parts; `None` where they are silent.
    """
    heard = np.asarray(music.roll[[MELODY, *PITCHED]].any(0))
    beats = len(heard) // BEAT
    shares = pitch_classes(heard).reshape(beats, BEAT, 12).mean(1)
    parts = np.asarray(music.roll[list(PITCHED)].any(0)).reshape(beats, BEAT, -1)
    together = (beat.any(0) for beat in parts)
    return shares, [int(pitches.argmax()) if pitches.any() else None for pitches in together]


def recognised(music: Music, beats_a_bar: int = BAR // BEAT) -> list[Chord | None]:
    """The chord of each beat, in root position; `None` in bars without notes."""
    shares, lowest = beats_of(music)
    likelihood = shares @ np.log(SOUNDS).T + (1 - shares) @ np.log(1 - SOUNDS).T
    for beat, pitch in enumerate(lowest):
        if pitch is not None:
            likelihood[beat] += np.log(LOWEST[:, pitch % 12])
    silent = ~shares.any(1)
    likelihood[silent] = 0.0
    path = _likeliest_path(likelihood, CHANGES[beats_a_bar])
    bars = np.asarray(silent.reshape(-1, beats_a_bar).all(1)).repeat(beats_a_bar)
    return [None if is_silent else CHORDS[state] for state, is_silent in zip(path, bars, strict=True)]


def _likeliest_path(likelihood: NDArray[np.float64], changes: tuple[float, ...]) -> list[int]:
    """Viterbi's algorithm: [beats, chords] log likelihoods → the chord of each beat."""
    arrival = np.log(CHORD_PRIOR)
    score = likelihood[0] + arrival
    came_from = np.zeros(likelihood.shape, np.int64)
    stays = np.arange(likelihood.shape[1])
    for beat in range(1, len(likelihood)):
        change = changes[beat % len(changes)]
        best = int(score.argmax())
        moved, stayed = score[best] + np.log(change) + arrival, score + np.log(1 - change)
        came_from[beat] = np.where(moved > stayed, best, stays)
        score = np.maximum(moved, stayed) + likelihood[beat]
    path = [int(score.argmax())]
    for beat in range(len(likelihood) - 1, 0, -1):
        path.append(int(came_from[beat, path[-1]]))
    return path[::-1]
