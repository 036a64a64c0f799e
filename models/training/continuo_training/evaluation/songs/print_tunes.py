"""Accompaniments of tunes for the eye: chord, bass and drums of each bar."""

from __future__ import annotations

import numpy as np

from ...base.arrays import Bools
from ...base.contract import DRUM_VOICES
from .arranging import Program
from .chords import ROOTS, Chord
from .music import BASS, BEAT, DRUMS, Music
from .recogniser import recognised
from .results import PrintedBar, PrintedTune
from .tunes import TUNES, PlayedTune

#: A letter for what is struck: kick with snare, kick, snare or stick, toms, crash, anything else.
KICK, SNARES, TOMS, CRASH = DRUM_VOICES[0], DRUM_VOICES[1:3], DRUM_VOICES[5:7], DRUM_VOICES[7]
#: Where in a beat (or an eighth, in 6/8) a note starts, by the quarters of it.
_PARTS = ("", "¼", "½", "¾")


def drum_pattern(onset: Bools) -> str:
    """A letter a step of a bar [steps, 128]: C crash, B kick and snare, K kick, S snare, t tom, h others, · nothing."""

    def letter(step: Bools) -> str:
        kick, snare = bool(step[KICK]), bool(step[list(SNARES)].any())
        choices = ((step[CRASH], "C"), (kick and snare, "B"), (kick, "K"), (snare, "S"), (step[list(TOMS)].any(), "t"))
        return next((sign for struck, sign in choices if struck), "h" if step.any() else "·")

    return "".join(letter(step) for step in onset)


def bass_notes(onset: Bools, beat: int = BEAT) -> str:
    """Beat and note of each onset of a bar [steps, 128], with beats of so many steps."""
    return " ".join(
        f"{step // beat + 1}{_PARTS[step % beat * len(_PARTS) // beat]}:{ROOTS[pitch % 12]}{pitch // 12 - 1}"
        for step, pitch in np.argwhere(onset)
    )


def chord_symbols(chords: list[Chord | None]) -> str:
    """A symbol where the bar begins or the chord changes, and a slash for each other beat; a dash without notes."""
    words = []
    for number, chord in enumerate(chords):
        same = number > 0 and chord == chords[number - 1]
        words.append("/" if same else chord.symbol() if chord is not None else "–")
    return " ".join(words)


def printed(tune: PlayedTune, music: Music) -> PrintedTune:
    """The table of an arranged tune; a pickup's bar is number 0."""
    chords = recognised(music, tune.bar // BEAT)
    bars = []
    for number in range(tune.bars):
        steps = slice(tune.bar * number, tune.bar * (number + 1))
        beats = slice(steps.start // BEAT, steps.stop // BEAT)
        symbols = chord_symbols(chords[beats])
        bass, drums = (
            bass_notes(music.onset[BASS, steps], tune.bar // tune.meter[0]),
            drum_pattern(music.onset[DRUMS, steps]),
        )
        bars.append(PrintedBar(number + (not tune.pickup), symbols, bass, drums))
    return PrintedTune(tune.title, tune.genre, f"{tune.meter[0]}/{tune.meter[1]}", bars)


def printed_tunes(program: Program, seed: int) -> list[PrintedTune]:
    """What the program plays under each tune."""
    return [printed(tune, program.arrange(tune.music(), tune.genre, seed, tune.meter)) for tune in TUNES]
