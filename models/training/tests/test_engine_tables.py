from __future__ import annotations

import numpy as np

from continuo_training.data.drum_fills import fill_of, representative
from continuo_training.data.fullness import SongWindows, builds, curves_of, fullness, ranks, rising, together
from continuo_training.data.section_fullness import kinds_of


def song(build: float) -> SongWindows:
    """Twelve windows, of which each next one is fuller; the counter-melody joins in the second half."""
    level = np.linspace(1, build, 12)
    notes = level[:, None] * np.array([16.0, 8, 8, 4, 4])
    plays = np.ones((12, 5), bool)
    plays[:6, 4] = False
    strokes = np.tile(level[:, None] * 4, (1, 12))
    return SongWindows(plays, notes * plays, strokes, np.full((12, 5), 80.0) * np.linspace(0.8, 1.2, 12)[:, None])


def test_equal_values_share_their_rank() -> None:
    assert ranks(np.array([3.0, 1.0, 1.0])).tolist() == [1.0, 0.25, 0.25]


def test_a_curve_never_falls_and_stays_near() -> None:
    assert rising(np.array([1.0, 3.0, 2.0, 4.0])).tolist() == [1.0, 2.5, 2.5, 4.0]


def test_songs_that_build_give_curves_that_rise() -> None:
    assert builds(song(3.0)) and not builds(song(1.0))
    assert np.all(np.diff(fullness(song(3.0))) > 0)
    curves = together([curves_of([song(3.0)] * 12)])
    for curve in (*curves.presence, *curves.notes, *curves.velocity):
        assert np.all(np.diff(curve) >= 0) and np.isclose(curve[5], 1)
    assert curves.presence[4, 0] < 0.2 and curves.notes[0, 10] > 1.2 and curves.velocity[1, 0] < 0.95


def test_the_last_bar_of_a_fill_is_taken_and_its_cymbal_is_told() -> None:
    places = [(16.0 + step, 1, 90) for step in range(16)] + [(32.0, 7, 110)]
    fill = fill_of("rock", places)
    assert fill is not None and fill.cymbal and [stroke.step for stroke in fill.strokes] == list(range(16))
    assert fill_of("rock", [(place + 0.45, voice, velocity) for place, voice, velocity in places[:16]]) is None


def test_the_first_chosen_fill_is_the_commonest() -> None:
    common = fill_of("pop", [(float(step), 1, 90) for step in range(16)])
    rare = fill_of("pop", [(float(step), 6, 90) for step in range(0, 16, 2)])
    assert common is not None and rare is not None
    assert representative([common, rare, common, common], 2) == [common, rare]


def test_the_first_letter_is_the_verse_and_the_longest_other_the_chorus() -> None:
    labels = [(0, 16, "i"), (16, 32, "A"), (32, 48, "B"), (48, 56, "C"), (56, 64, "b"), (64, 80, "B"), (80, 90, "o")]
    kinds = ["intro", "verse", "chorus", "bridge", "break", "chorus", "ending"]
    # An interlude has its letter's small form.
    assert kinds_of([(a, b, label) for a, b, label in labels]) == kinds
