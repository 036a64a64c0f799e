"""Groups *chords* and *lead sheet*: the chords that a recogniser hears, also beside those of the lead sheet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .averages import known_mean
from .chords import WITH_SEVENTH, Chord
from .lead_sheets import LeadSheet
from .music import BASS, BEAT, CHORDS, PITCHED, STRINGS, TRACKS, Music
from .recogniser import recognised
from .triads import Key

#: The parts whose notes are held against the chords of the lead sheet.
HELD_AGAINST = (BASS, CHORDS, STRINGS)
#: A note that is off for at most so many steps (an eighth) is passing.
PASSING = 2


def changes_of(chords: Sequence[Chord | None]) -> list[int]:
    """The beats on which a chord begins that differs from the one before; the first chord counts too."""
    return [beat for beat, c in enumerate(chords) if c is not None and (beat == 0 or chords[beat - 1] != c)]


def lowest_at(music: Music, beat: int) -> int | None:
    """The lowest pitch of the parts where they first sound in a beat; `None` where they are silent."""
    together = np.asarray(music.roll[list(PITCHED), BEAT * beat : BEAT * (beat + 1)].any(0))
    sounding = np.flatnonzero(together.any(1))
    return int(together[sounding[0]].argmax()) if len(sounding) else None


def chords_heard(music: Music, key: Key) -> dict[str, float]:
    """Changes, sevenths, what is outside the key, and inversions, as the recogniser hears them with the melody."""
    chords = recognised(music)
    known = [chord for chord in chords if chord is not None]
    if not known:
        return {}
    changes = changes_of(chords)
    scale = key.scale()
    below = [(chords[beat], lowest_at(music, beat)) for beat in changes]
    pairs = [(chord, pitch % 12) for chord, pitch in below if chord is not None and pitch is not None]
    return {
        "chord changes a bar": max(len(changes) - 1, 0) / music.bars,
        "beats with a seventh chord": known_mean(float(chord.quality in WITH_SEVENTH) for chord in known),
        "beats with a chord outside the key": known_mean(float(not scale.issuperset(c.classes())) for c in known),
        "root is lowest at chord changes": known_mean(float(pitch == chord.root) for chord, pitch in pairs),
        "another chord tone is lowest at chord changes": known_mean(
            float(pitch != chord.root and pitch in chord.classes()) for chord, pitch in pairs
        ),
    }


def clashing_notes(music: Music, chords: Sequence[Chord | None], track: int) -> float:
    """The share of a part's notes that lie a semitone off a chord tone for more than an eighth of one chord's time.

    A note that is itself in the chord, or its bass, does not clash. Notes without any chord do not count.
    """
    counted = clashing = 0
    onset, roll = music.onset[track], music.roll[track]
    for start, pitch in np.argwhere(onset):
        end = int(start) + 1
        while end < len(roll) and roll[end, pitch] and not onset[end, pitch]:
            end += 1
        steps: dict[int, int] = {}  # the beat in which a chord began → steps that the note is off
        began, has_chord = -1, False
        for step in range(int(start), end):
            beat = step // BEAT
            chord = chords[beat] if beat < len(chords) else None
            if chord is None:
                continue
            has_chord = True
            if began < 0 or chord != chords[beat - 1]:
                began = beat
            tones = chord.classes() | {chord.bass}
            off = pitch % 12 not in tones and any((pitch + i) % 12 in tones for i in (-1, 1))
            steps[began] = steps.get(began, 0) + off
        counted += has_chord
        clashing += max(steps.values(), default=0) > PASSING
    return clashing / counted if counted else float("nan")


def against_lead_sheet(music: Music, sheet: LeadSheet) -> dict[str, float]:
    """How far the accompaniment has the chords of the lead sheet.

    The first figure is chord accuracy as AccoMontage-3 (Zhao et al., NeurIPS 2024) counts it: the share of beats whose
    recognised chord has the same twelve-bit chroma as that of the lead sheet.
    """
    pairs = [(heard, chord) for heard, chord in zip(recognised(music), sheet.chords, strict=True) if chord is not None]
    same = [float(heard is not None and heard.classes() == chord.classes()) for heard, chord in pairs]
    below = [(sheet.chords[beat], lowest_at(music, beat)) for beat in changes_of(sheet.chords)]
    figures = {
        "chord accuracy": known_mean(same),
        "root or slash note is lowest at its changes": known_mean(
            float(pitch % 12 == chord.bass) for chord, pitch in below if chord is not None and pitch is not None
        ),
    }
    for track in HELD_AGAINST:
        if track in music.played():
            figures[f"notes a semitone off its chords, {TRACKS[track]}"] = clashing_notes(music, sheet.chords, track)
    return figures
