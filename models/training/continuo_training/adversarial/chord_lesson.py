"""Teaches the layers that read finer chords, while those that wrote the notes before stay as they are.

Windows with their real chords teach how sevenths, suspensions and inversions are played. Windows under the chords of
another window teach to keep to chords that are given: nothing sounds a semitone off a chord's tone, and where parts
play, they play the tones that make the chord.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ..base.contract import BEATS, SLOTS, STEPS_PER_BEAT
from ..musical.chord_vocabulary import CHORDS, NO_CHORD, QUALITIES
from ..networks.chord_tones import KINDS, ChordTones
from ..networks.generator import Logits

#: The layers that learn: they read what the triads did not say.
READING_CHORDS = ("finer_harmony.", "voicing.", "chord_tones.")
#: The cost of a step on which a note sounds a semitone off the chord, in nats.
OFF = 3.0
#: The cost of a beat without a tone of the chord.
MISSING = 3.0
#: The cost of a beat of the bass without the chord's bass note.
WRONG_BASS = 2.0
#: A tone counts as sounding at this probability.
SURE = 0.75
#: The fifth above the root may be missing.
FIFTH = 0.3
#: A tone that the nearest triad lacks counts more.
ADDED = 8.0
#: Bass, chords and strings keep to the chord; a counter melody may pass.
KEEPING = (1.0, 1.0, 1.0, 0.3)


def other_chords(chords: Tensor, basses: Tensor, moved: Tensor) -> tuple[Tensor, Tensor]:
    """The chords of the next window of the batch, moved by `moved` [B] semitones; as many slots as it has."""
    chords, basses = chords.roll(1, 0), basses.roll(1, 0)
    named = (chords >= 0) & (chords != NO_CHORD)
    count, shift = len(QUALITIES), moved.unsqueeze(1)
    there = (chords // count + shift) % 12 * count + chords % count
    return torch.where(named, there, chords), torch.where(named & (basses >= 0), (basses + shift) % 12, basses)


def _importance(chords: Tensor, added: Tensor) -> Tensor:
    """[B, 8, 12]: how much it costs when each tone of the chord is missing; `added` are those that make it no triad."""
    root = functional.one_hot((chords // len(QUALITIES)).clamp(0, 11), 12).float()
    fifth = root.roll(7, 2) * (1.0 - added)
    return 1.0 - (1.0 - FIFTH) * fifth + (ADDED - 1.0) * added


def keeping(logits: Logits, tones: ChordTones, plan: Tensor, slots: Tensor, listed: Tensor, steps: Tensor) -> Tensor:
    """[B]: what the notes of the listed parts [B, 5] cost that do not keep to the plan's chords, in nats a window."""
    named = (plan[..., :NO_CHORD].sum(2) > 0.5).float()
    kinds = tones.kinds(plan) * named[:, :, None, None]
    by_beat = torch.matmul(slots, kinds.flatten(2)).reshape(-1, BEATS, KINDS, 12)
    by_step = by_beat.repeat_interleave(STEPS_PER_BEAT, 1)
    pitched = torch.sigmoid(logits.pitched.float()) * listed[:, 1:].repeat_interleave(2, 1)[:, :, None, None]
    pitched = pitched * steps[:, None, :, None]
    classes = torch.matmul(pitched[:, 1::2], tones.pitches.t())  # [B, 4, 64, 12]: sounding
    weights = torch.tensor(KEEPING, device=plan.device).view(1, 4, 1, 1)
    # A third under a suspension makes another chord, if not a sharp dissonance.
    wrong_notes = by_step[:, None, :, 1] + by_step[:, None, :, 4]
    off = (classes * weights * wrong_notes).sum((1, 2, 3))
    onsets = torch.matmul(pitched[:, 0::2], tones.pitches.t())
    off = off + (onsets * weights * wrong_notes).sum((1, 2, 3))
    beats = classes.reshape(len(classes), 4, BEATS, STEPS_PER_BEAT, 12).mean(3)
    together = beats.sum(1)
    plays = (together.sum(2, keepdim=True) > 1.5).float()
    importance = torch.matmul(slots, _importance(plan[..., :CHORDS].argmax(2), kinds[:, :, 3]))
    missing = (functional.relu(SURE - together) * by_beat[:, :, 0] * importance * plays).sum((1, 2))
    bass = beats[:, 0]
    has_bass = (bass.sum(2, keepdim=True) > 0.5).float()
    # The bass note belongs to the beginning of a slot; later in it a bass may walk.
    first = torch.zeros(1, BEATS, 1, device=plan.device)
    first[:, :: BEATS // SLOTS] = 1.0
    wrong = (functional.relu(SURE - bass) * by_beat[:, :, 2] * has_bass * first).sum((1, 2))
    return OFF * off + MISSING * missing + WRONG_BASS * wrong
