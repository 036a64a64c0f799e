import json
import lzma
from pathlib import Path

import numpy as np
import pytest

from continuo_training.data.sources import BROKEN
from continuo_training.evaluation.songs.chord_figures import (
    against_lead_sheet,
    changes_of,
    chords_heard,
    clashing_notes,
    lowest_at,
)
from continuo_training.evaluation.songs.chords import QUALITIES, Chord, chord_of
from continuo_training.evaluation.songs.lead_sheets import LeadSheet, chords_at, lead_sheets, sections_at
from continuo_training.evaluation.songs.music import BAR, BASS, CHORDS, MELODY, Music
from continuo_training.evaluation.songs.recogniser import recognised
from continuo_training.evaluation.songs.triads import Key
from continuo_training.evaluation.songs.validation_songs import Song

from .hand_made import chord, play, song

C, G7, AM = Chord(0, "maj", 0), Chord(7, "7", 7), Chord(9, "min", 9)


@pytest.mark.parametrize("quality", [q for q in QUALITIES if q not in ("maj6", "min6", "sus2")])
def test_every_quality_is_recognised_over_its_root(quality: str) -> None:
    music = song(2)
    for root, bar in ((2, 0), (9, 1)):
        chord(music, CHORDS, tuple(60 + root + i for i in QUALITIES[quality]), BAR * bar, BAR)
        play(music, BASS, 36 + root, BAR * bar, BAR)
    found = [None if c is None else c.classes() for c in recognised(music)]
    assert found == [Chord(2, quality, 2).classes()] * 4 + [Chord(9, quality, 9).classes()] * 4


@pytest.mark.parametrize("quality", ["maj6", "min6", "sus2"])
def test_chords_of_the_same_notes_as_others_have_their_chroma(quality: str) -> None:
    music = song(1)
    chord(music, CHORDS, tuple(60 + i for i in QUALITIES[quality]), 0, BAR)
    assert {c.classes() for c in recognised(music) if c} == {Chord(0, quality, 0).classes()}


def test_silent_bars_have_no_chord_and_passing_notes_change_none() -> None:
    music = song(3)
    chord(music, CHORDS, (60, 64, 67), 0, BAR)
    for step, pitch in enumerate((72, 74, 76, 77, 79, 77, 76, 74)):
        play(music, MELODY, pitch, 2 * step, 2)
    play(music, CHORDS, 60, 2 * BAR, BAR)
    assert recognised(music)[:8] == [C] * 4 + [None] * 4


def two_bars() -> tuple[Music, LeadSheet]:
    """C and then G7 over its fifth, as the lead sheet asks for; the last beat has C again in the sheet alone."""
    music = song(2)
    chord(music, CHORDS, (60, 64, 67), 0, BAR)
    play(music, BASS, 36, 0, BAR)
    chord(music, CHORDS, (59, 62, 65, 67), BAR, BAR)
    play(music, BASS, 38, BAR, BAR)
    g7 = Chord(7, "7", 2)
    return music, LeadSheet([C, C, C, C, g7, g7, g7, C], None)


def test_against_the_lead_sheet() -> None:
    found = against_lead_sheet(*two_bars())
    assert found["chord accuracy"] == 7 / 8
    assert found["root or slash note is lowest at its changes"] == pytest.approx(2 / 3)
    assert found["notes a semitone off its chords, bass"] == 0
    assert found["notes a semitone off its chords, chords"] == 2 / 7  # B and F above C, for a beat


def test_beats_without_a_chord_in_the_sheet_do_not_count() -> None:
    music, sheet = two_bars()
    sheet.chords[7] = None
    found = against_lead_sheet(music, sheet)
    assert found["chord accuracy"] == found["root or slash note is lowest at its changes"] == 1


def test_a_note_clashes_only_for_more_than_an_eighth_under_one_chord() -> None:
    chords = [C] * 4 + [AM] * 4
    for pitch, length, share in ((65, 3, 1.0), (65, 2, 0.0), (62, 8, 0.0), (64, 8, 0.0)):
        music = song(2)
        play(music, BASS, pitch, 0, length)
        assert clashing_notes(music, chords, BASS) == share, pitch
    music = song(2)
    play(music, BASS, 56, 14, 4)  # A flat: off G for an eighth, and off A for an eighth
    assert clashing_notes(music, chords, BASS) == 0
    play(music, BASS, 56, 20, 4)
    assert clashing_notes(music, chords, BASS) == 1 / 2
    assert np.isnan(clashing_notes(music, [None] * 8, BASS))


def test_the_chords_heard() -> None:
    music, _ = two_bars()
    found = chords_heard(music, Key(0, False))
    assert found["chord changes a bar"] == 1 / 2
    assert found["beats with a seventh chord"] == 1 / 2 and found["beats with a chord outside the key"] == 0
    assert found["root is lowest at chord changes"] == found["another chord tone is lowest at chord changes"] == 1 / 2
    assert chords_heard(music, Key(7, False))["beats with a chord outside the key"] == 1 / 2


def test_the_lowest_note_is_that_which_sounds_first_in_the_beat() -> None:
    music = song(1)
    play(music, CHORDS, 60, 1, 2)
    play(music, BASS, 36, 2, 2)
    play(music, MELODY, 30, 0, 4)
    assert lowest_at(music, 0) == 60 and lowest_at(music, 1) is None


def test_changes() -> None:
    assert changes_of([None, C, C, AM, None, AM]) == [1, 3, 5]


def test_symbols() -> None:
    names = [Chord(0, "maj", 4), Chord(6, "min7", 6), Chord(11, "hdim7", 11), Chord(9, "7sus4", 9), Chord(2, "dim7", 2)]
    assert [c.symbol() for c in names] == ["C/E", "Gbm7", "Bm7b5", "A7sus4", "Ddim7"]
    assert (
        chord_of("N", "N", "N") is None and chord_of(0, "maj13", 0) is None and chord_of(7, "7", 2) == Chord(7, "7", 2)
    )


def test_sections_and_chords_at_the_beats_of_a_stretch() -> None:
    quarters = 4.0 + np.arange(16)
    sections = [[0, 8, "A"], [8, 16, "B"], [16, 24, "B"]]
    assert sections_at(quarters, sections) == [("A", 1), ("B", 2), ("B", 1)]
    assert sections_at(quarters, []) is None
    chords = [[0, 5, 0, "maj", 0], [5, 3, 7, "7", 2], [10, 6, 9, "min", 9]]
    assert chords_at(quarters, chords) == [C, *[Chord(7, "7", 2)] * 3, None, None, *[AM] * 6, *[None] * 4]


def test_a_lead_sheet_is_placed_by_its_melody(tmp_path: Path) -> None:
    music = song(16)
    for beat in range(64):
        play(music, MELODY, 60 + beat % 7, 4 * beat, 4)
    melody = [[4 + beat, 1, 60 + beat % 7] for beat in range(64)] + [[0, 4, 50]]
    rows = [
        {"source": "nottingham", "name": "other", "melody": melody, "chords": [[0, 99, 0, "maj", 0]], "sections": []},
        {"source": "nottingham", "name": "reel", "melody": melody, "chords": [[0, 8, 0, "maj", 0], [8, 99, 7, "7", 7]]},
    ]
    with lzma.open(tmp_path / "harmony.jsonl.xz", "wt") as file:
        file.write("\n".join(json.dumps(row) for row in rows))
    songs = [Song("nottingham", "reel", "folk", music, True, None), Song("freedoom", "reel", "rock", music, True, None)]
    found = lead_sheets(tmp_path, tmp_path, songs)
    assert list(found) == [0] and found[0].chords == [C] * 4 + [G7] * 60 and found[0].sections is None
    music.onset[MELODY] = np.roll(music.onset[MELODY], 20, 1)  # another melody
    assert lead_sheets(tmp_path, tmp_path, songs) == {}
    with pytest.raises(BROKEN):
        lead_sheets(tmp_path / "nowhere", tmp_path, songs)
