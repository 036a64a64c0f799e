import math

import numpy as np
import pytest

from continuo_training.evaluation.songs.groove import groove, similarity
from continuo_training.evaluation.songs.harmony_figures import harmony, home
from continuo_training.evaluation.songs.inter_phrase import form, likeness_of_labelled
from continuo_training.evaluation.songs.jumps import jumps, silence
from continuo_training.evaluation.songs.music import BAR, BASS, CHORDS, DRUMS, MELODY, PHRASE, Music, pitch_classes
from continuo_training.evaluation.songs.phrases import PhrasePairs, labels_of_melody, phrase_pairs
from continuo_training.evaluation.songs.repeats import repeats
from continuo_training.evaluation.songs.self_similarity import self_similarity
from continuo_training.evaluation.songs.triads import Key, key_of

from .hand_made import chord, play, song

C, F, G = (60, 64, 67), (60, 65, 69), (59, 62, 67)
C_MAJOR = Key(0, False)


def test_pitch_classes_fold_octaves() -> None:
    planes = np.zeros((1, 128), bool)
    planes[0, [0, 12, 127]] = True
    assert np.flatnonzero(pitch_classes(planes)[0]).tolist() == [0, 7]


def test_grooving_similarity_counts_steps_that_differ() -> None:
    a, b = np.zeros(16, bool), np.zeros(16, bool)
    a[[0, 4, 8]] = True
    b[[0, 4, 10]] = True
    assert similarity(a, b) == 1 - 2 / 16


def drummed() -> Music:
    """Eight bars: kick on 1 and snare on 3; from bar 5 on, the kick also on step 10."""
    music = song(8)
    for bar in range(8):
        play(music, DRUMS, 36, BAR * bar, 1)
        play(music, DRUMS, 38, BAR * bar + 8, 1)
        if bar >= 4:
            play(music, DRUMS, 36, BAR * bar + 10, 1)
    return music


def test_groove_of_drums() -> None:
    found = groove(drummed())
    assert found["GS, drums, lag 1 in a phrase"] == found["pattern, drums, lag 1 in a phrase"] == 1
    assert found["GS, drums, lag 1 over a seam"] == 15 / 16 and found["pattern, drums, lag 1 over a seam"] == 2 / 3
    assert found["GS, drums, lag 4"] == 15 / 16 and found["pattern, drums, lag 4"] == pytest.approx(2 / 3)
    assert math.isnan(found["GS, drums, lag 8"])
    assert not any("bass" in name for name in found)


def test_density_jumps_at_the_seam_alone() -> None:
    found = jumps(drummed())
    assert found["density, drums, at seams"] == pytest.approx(1 / 2.5)
    assert found["density, drums, elsewhere"] == 0
    assert "register, drums, at seams" not in found


def test_register_and_polyphony_jump_in_semitones_and_notes() -> None:
    music = song(3)
    play(music, BASS, 36, 0, 16)
    play(music, BASS, 38, 16, 8)
    chord(music, BASS, (40, 50), 32, 16)
    found = jumps(music)
    assert found["register, bass, elsewhere"] == (2 + 7) / 2
    assert found["polyphony, bass, elsewhere"] == (0 + 1) / 2
    assert found["density, bass, elsewhere"] == pytest.approx((0 + 1 / (4 / 3)) / 2)


def test_silent_bars_and_toggles() -> None:
    music = song(5)
    for bar in (0, 1, 3):
        play(music, BASS, 40, BAR * bar, 4)
    assert silence(music) == {"silent bars, bass": pytest.approx(0.4), "toggles in 16 bars, bass": 3 / 4 * 16}


def tune(music: Music, phrase: int, lowest: int) -> None:
    for beat in range(16):
        play(music, MELODY, lowest + 2 * (beat % 4), PHRASE * phrase + 4 * beat, 4)


def repeated() -> Music:
    """Three phrases, A B A: C under A and G under B; but the second A has F in its last bar."""
    music = song(12)
    for phrase, lowest in enumerate((60, 70, 60)):
        tune(music, phrase, lowest)
    for bar in range(12):
        chord(music, CHORDS, G if 4 <= bar < 8 else F if bar == 11 else C, BAR * bar, BAR)
    return music


def test_phrases_repeat_where_the_melody_does() -> None:
    music = repeated()
    assert phrase_pairs(music) == PhrasePairs([(0, 2)], [(0, 1), (1, 2)])
    assert labels_of_melody(music) == [("phrase 1", 4), ("phrase 2", 4), ("phrase 1", 4)]


def test_a_rest_is_no_repeat() -> None:
    music = repeated()
    music.onset[MELODY, PHRASE:] = music.roll[MELODY, PHRASE:] = False
    assert phrase_pairs(music) == PhrasePairs([], [])


def test_what_repeated_phrases_get() -> None:
    music = repeated()
    found = repeats(music, phrase_pairs(music))
    # Of 3 + 3 pitch classes of C and F one is shared: in a quarter of the phrase 1 of 5, elsewhere 3 of 3.
    assert found["chords alike under a repeat"] == (3 * 3 + 1) / (3 * 3 + 5)
    assert found["chord agrees under a repeat"] == 3 / 4
    assert found["chord agrees under other melody"] == 0


def test_parts_that_follow_the_melody_are_alike_where_it_is() -> None:
    music = repeated()
    chord(music, CHORDS, C, BAR * 11, BAR)
    music.roll[CHORDS, BAR * 11 :, [65, 69]] = False
    music.onset[CHORDS, BAR * 11 :, [65, 69]] = False
    found = self_similarity(music)
    assert found["bars of a phrase"] == pytest.approx(1)
    # Neighbours have C against G, which share one note of three; the two phrases A are further apart.
    assert found["bars of neighbour phrases"] == pytest.approx(1 / 3)
    assert found["bars further apart"] == pytest.approx(1)
    assert found["most alike bar, 4 to 8 bars away"] == pytest.approx((8 + 4 / 3) / 12)
    assert found["correlation of melody and parts"] == pytest.approx(1)


def test_ils_of_phrases_with_one_label() -> None:
    music = song(8)
    for bar, pitch in enumerate((40, 40, 41, 41, 40, 40, 41, 41)):
        play(music, BASS, pitch, BAR * bar, 4)
    labels = [("A", 2), ("B", 2), ("A", 2), ("B", 2)]
    # Of six pairs of segments two are alike, those with the same label: 1 over 1/3.
    assert likeness_of_labelled(music, labels) == pytest.approx(3)
    assert likeness_of_labelled(music, [("A", 2), ("A", 2), ("B", 2), ("B", 2)]) == 0
    assert likeness_of_labelled(music, [("A", 4), ("A", 4)]) == pytest.approx(1)
    assert likeness_of_labelled(music, [(name, 2) for name in "ABCD"]) is None
    assert form(music, labels, None) == {"ILS, phrases of one melody": pytest.approx(3)}
    assert set(form(music, labels, labels)) == {"ILS, phrases of one melody", "ILS, marked sections"}


def test_a_phrase_of_odd_length_repeats_its_last_bar() -> None:
    music = song(6)
    for bar, pitch in enumerate((40, 41, 42, 40, 41, 42)):
        play(music, BASS, pitch, BAR * bar, 4)
    found = likeness_of_labelled(music, [("A", 3), ("B", 3)])
    # Segments 40 41, 42 42 | 40 41, 42 42: no pair inside a label is alike, two of six pairs across are.
    assert found == 0


def cadence() -> Music:
    """Four bars of C, F, G and C in half notes, with the roots below but in the third bar, and a seventh in it."""
    music = song(4)
    for bar, (notes, root) in enumerate(((C, 36), (F, 41), ((*G, 65), 38), (C, 36))):
        chord(music, CHORDS, notes, BAR * bar, BAR)
        play(music, BASS, root, BAR * bar, BAR)
        play(music, MELODY, 72, BAR * bar, BAR)
    return music


def test_harmony_of_a_cadence() -> None:
    found = harmony(cadence(), C_MAJOR)
    assert found["root is lowest"] == 6 / 8
    assert found["root is lowest at changes"] == pytest.approx(2 / 3)
    assert found["triad changes a bar"] == pytest.approx(3 / 7 * 2)
    assert found["changes on bar lines"] == 1
    assert found["half bars with a seventh"] == 2 / 8
    assert found["triads outside the key"] == found["weight of notes outside the key"] == 0
    assert found["melody on beats 1 and 3 in the triad"] == 6 / 8  # C is no note of G
    assert math.isnan(found["different triads in 16 bars"])


def test_what_lies_outside_the_key() -> None:
    found = harmony(cadence(), Key(7, False))
    assert found["triads outside the key"] == 2 / 8  # F is outside G major
    weights = {"C": (4, 0), "F": (4, 2), "G": (5, 1)}  # notes of each bar, and the F's among them
    shares = [weights[name][1] / weights[name][0] for name in "CFGC"]
    assert found["weight of notes outside the key"] == pytest.approx(np.mean(shares), abs=0.05)


def test_triads_are_counted_by_sixteen_bars() -> None:
    music = song(32)
    for bar in range(32):
        chord(music, CHORDS, (C, F)[bar % 2] if bar < 16 else (C, F, G)[bar % 3], BAR * bar, BAR)
    assert harmony(music, C_MAJOR)["different triads in 16 bars"] == 2.5


def test_home() -> None:
    found = home(cadence(), C_MAJOR, True)
    assert found["first chord is the tonic"] == found["last chord is the tonic"] == 1
    assert found["last lowest note is the tonic"] == found["phrases end on I or V"] == 1
    away = home(cadence(), Key(7, False), False)
    assert away == {"first chord is the tonic": 0, "phrases end on I or V": 0}


def test_a_chord_long_before_the_end_is_not_the_end() -> None:
    music = song(8)
    chord(music, CHORDS, C, 0, BAR)
    found = home(music, C_MAJOR, True)
    assert found["last chord is the tonic"] == found["last lowest note is the tonic"] == 0


def test_the_key_is_that_of_all_notes() -> None:
    assert key_of(cadence()) == C_MAJOR
    assert Key(9, True).scale() == {9, 11, 0, 2, 4, 5, 6, 7, 8}
