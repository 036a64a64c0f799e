"""Simple traditional tunes for samples: (step, length, MIDI pitch), in windows of four bars."""

from __future__ import annotations

Tune = list[tuple[int, int, int]]

_NAMES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def read(line: str) -> Tune:
    """Reads `E5:4 F#5:2 Bb4:2 -:2 …`: name, octave, length in steps; `-` is a rest."""
    notes: Tune = []
    step = 0
    for word in line.split():
        name, length = word.split(":")
        if name != "-":
            accidental = name.count("#") - name.count("b")
            notes.append((step, int(length), 12 * (int(name[-1]) + 1) + _NAMES[name[0]] + accidental))
        step += int(length)
    return notes


def moved(notes: Tune, semitones: int) -> Tune:
    """The tune in another key."""
    return [(step, length, pitch + semitones) for step, length, pitch in notes]


ODE = [
    read(
        "E5:4 E5:4 F5:4 G5:4 G5:4 F5:4 E5:4 D5:4 C5:4 C5:4 D5:4 E5:4 E5:6 D5:2 D5:8",
    ),
    read(
        "E5:4 E5:4 F5:4 G5:4 G5:4 F5:4 E5:4 D5:4 C5:4 C5:4 D5:4 E5:4 D5:6 C5:2 C5:8",
    ),
    read(
        "D5:4 D5:4 E5:4 C5:4 D5:4 E5:2 F5:2 E5:4 C5:4 D5:4 E5:2 F5:2 E5:4 D5:4 C5:4 D5:4 G4:8",
    ),
    read(
        "E5:4 E5:4 F5:4 G5:4 G5:4 F5:4 E5:4 D5:4 C5:4 C5:4 D5:4 E5:4 D5:6 C5:2 C5:8",
    ),
]
#: 3/4: "O du lieber Augustin", 12 steps a bar.
AUGUSTIN = [
    read("G5:6 A5:2 G5:2 F5:2 E5:4 C5:4 C5:4 D5:4 G4:4 G4:4 E5:4 C5:4 C5:4"),
    read("G5:6 A5:2 G5:2 F5:2 E5:4 C5:4 C5:4 D5:4 G4:4 G4:4 C5:8 -:4"),
    read("D5:4 G4:4 G4:4 E5:4 C5:4 C5:4 D5:4 G4:4 G4:4 E5:4 C5:4 C5:4"),
    read("G5:6 A5:2 G5:2 F5:2 E5:4 C5:4 C5:4 D5:4 G4:4 G4:4 C5:8 -:4"),
]
#: A minor, 4/4: "When Johnny comes marching home", adapted to 4/4.
MINOR = [
    read("A4:4 A4:2 B4:2 C5:4 B4:2 C5:2 A4:8 E4:8 G4:4 E4:4 F4:4 G4:4 A4:12 -:4"),
    read("A4:4 A4:2 B4:2 C5:4 B4:2 C5:2 A4:8 C5:8 E5:4 E5:2 D5:2 C5:4 D5:4 E5:12 -:4"),
]
