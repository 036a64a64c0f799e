"""Tunes for the eye: one of each kind that a player may bring, traditional or Continuo's own."""

from __future__ import annotations

from dataclasses import dataclass

from ...musical.tunes import AUGUSTIN, ODE, Tune, read
from .music import MELODY, Music, silence


@dataclass(frozen=True)
class PlayedTune:
    """A tune with its genre and meter; `pickup`: the first bar holds only a pickup."""

    title: str
    genre: str
    meter: tuple[int, int]
    notes: Tune
    bars: int
    pickup: bool = False

    @property
    def bar(self) -> int:
        """The steps of a bar."""
        return 16 * self.meter[0] // self.meter[1]

    def music(self) -> Music:
        """The melody alone."""
        music = silence(self.bar * self.bars)
        for step, length, pitch in self.notes:
            music.onset[MELODY, step, pitch] = True
            music.roll[MELODY, step : step + length, pitch] = True
        return music


def _after_each_other(parts: list[Tune], steps: int) -> Tune:
    """Parts of so many steps each, as one tune."""
    return [(step + steps * n, length, pitch) for n, part in enumerate(parts) for step, length, pitch in part]


#: A twelve-bar blues: a riff of two bars over the tonic, again over the fourth, and an answer.
_RIFF = "F4:4 Ab4:2 A4:2 C5:4 A4:4 D5:2 C5:2 A4:4 F4:8"
_OVER_FOURTH = "Bb4:4 Ab4:2 Bb4:2 D5:4 Bb4:4 D5:2 C5:2 Ab4:4 F4:8"
_ANSWER = "G4:4 Bb4:4 E5:4 C5:4 D5:4 Bb4:2 Ab4:2 F4:8 F4:4 Ab4:2 A4:2 C5:4 D5:4 F4:12 -:4"
_BLUES = f"{_RIFF} {_RIFF} {_OVER_FOURTH} {_RIFF} {_ANSWER}"

#: "The Irish Washerwoman", first strain twice: its pickup stands at the end of a bar.
_WASHERWOMAN = (
    "-:8 D5:2 C5:2 "
    "B4:2 G4:2 G4:2 D4:2 G4:2 G4:2 B4:2 G4:2 B4:2 D5:2 C5:2 B4:2 "
    "C5:2 A4:2 A4:2 E4:2 A4:2 A4:2 C5:2 A4:2 C5:2 E5:2 D5:2 C5:2 "
    "B4:2 G4:2 G4:2 D4:2 G4:2 G4:2 B4:2 G4:2 B4:2 D5:2 C5:2 B4:2 "
    "C5:2 B4:2 C5:2 A4:2 D5:2 C5:2 B4:2 G4:2 G4:2 G4:2 D5:2 C5:2 "
    "B4:2 G4:2 G4:2 D4:2 G4:2 G4:2 B4:2 G4:2 B4:2 D5:2 C5:2 B4:2 "
    "C5:2 A4:2 A4:2 E4:2 A4:2 A4:2 C5:2 A4:2 C5:2 E5:2 D5:2 C5:2 "
    "B4:2 G4:2 G4:2 D4:2 G4:2 G4:2 B4:2 G4:2 B4:2 D5:2 C5:2 B4:2 "
    "C5:2 B4:2 C5:2 A4:2 D5:2 C5:2 B4:2 G4:2 G4:2 G4:4 -:2"
)
#: "Auld Lang Syne": a pickup of a beat, verse and chorus.
_AULD_LANG_SYNE = (
    "-:12 C4:4 "
    "F4:6 F4:2 F4:4 A4:4 G4:6 F4:2 G4:4 A4:4 F4:6 F4:2 A4:4 C5:4 D5:12 D5:4 "
    "C5:6 A4:2 A4:4 F4:4 G4:6 F4:2 G4:4 A4:4 F4:6 D4:2 D4:4 C4:4 F4:12 D5:4 "
    "C5:6 A4:2 A4:4 F4:4 G4:6 F4:2 G4:4 D5:4 C5:6 A4:2 A4:4 C5:4 D5:12 D5:4 "
    "C5:6 A4:2 A4:4 F4:4 G4:6 F4:2 G4:4 A4:4 F4:6 D4:2 D4:4 C4:4 F4:12 -:4"
)
#: Continuo's own: a call, four bars of rest, the call again, two more of rest, and an end.
_CALL = "E5:4 D5:2 C5:2 A4:8 C5:4 D5:4 E5:8"
_CALLS = f"{_CALL} -:64 {_CALL} -:32 G4:4 A4:4 C5:4 D5:4 B4:8 G4:8 C5:16 -:16 -:16 -:16"

TUNES = (
    PlayedTune("Ode to Joy (AABA)", "pop", (4, 4), _after_each_other(ODE, 64), 16),
    PlayedTune("A blues of twelve bars", "jazz", (4, 4), read(_BLUES), 12),
    PlayedTune("O du lieber Augustin (a waltz)", "folk", (3, 4), _after_each_other(AUGUSTIN, 48), 16),
    PlayedTune("The Irish Washerwoman (a jig)", "folk", (6, 8), read(_WASHERWOMAN), 17, pickup=True),
    PlayedTune("Auld Lang Syne (a ballad with a pickup)", "pop", (4, 4), read(_AULD_LANG_SYNE), 17, pickup=True),
    PlayedTune("Calls with long rests", "pop", (4, 4), read(_CALLS), 16),
)
