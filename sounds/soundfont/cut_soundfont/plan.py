"""What stays in the small SoundFont, and how good it sounds."""

from __future__ import annotations

from dataclasses import dataclass

from .samples import Treatment


@dataclass(frozen=True)
class Quality:
    """How an instrument is made smaller."""

    spacing: int
    """Semitones from one sample to the next; 0 keeps all."""
    treatment: Treatment


BAND = Quality(9, Treatment(22_050, 2.0, 1.1))
"""What the genres play, and what a melody is likely to be played on."""
OTHERS = Quality(20, Treatment(16_000, 0.9, 0.55))
"""All other instruments: there, and small."""
DRUMS = Quality(0, Treatment(28_000, 0.9, 0.9))
"""Drums have cymbals, whose sound lies high."""

BAND_PROGRAMS = (0, 4, 19, 24, 25, 27, 29, 32, 33, 34, 38, 43, 48, 50, 52, 60, 66, 68, 71, 73, 80, 81)
"""Programs, counted from 0, of the model's genres, and a few that a player would choose first."""
KITS = (0, 25, 40)
"""Drum kits: standard, 808, brush."""
PERCUSSION_BANK = 128


def quality(bank: int, program: int) -> Quality | None:
    """How a preset is made smaller; `None` leaves it out."""
    if bank == PERCUSSION_BANK:
        return DRUMS if program in KITS else None
    if bank != 0:
        return None
    return BAND if program in BAND_PROGRAMS else OTHERS
