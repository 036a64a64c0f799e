import numpy as np

from continuo_training.data.cleaning import clean_part, fold, octaves
from continuo_training.data.sampler import Sampler, Variation
from continuo_training.data.windows import Windows
from continuo_training.evaluation import metrics
from continuo_training.musical import drums
from continuo_training.musical.pads import pad


def test_drum_keys_stand_for_one_voice_each() -> None:
    keys = [k for keys in drums.KEYS_OF_VOICE for k in keys]
    assert len(keys) == len(set(keys))
    planes = np.zeros((1, 64, 128), bool)
    planes[0, 0, [35, 110]] = True
    voices = drums.voices_of_planes(planes)
    assert voices[0, 0].tolist() == [True] + [False] * 11


def test_fold_moves_by_octaves() -> None:
    planes = np.zeros((2, 64, 128), bool)
    planes[0, 0, 20] = planes[1, 5, 100] = True
    folded = fold(planes, 28, 55)
    assert folded[0, 0, 32] and folded[1, 5, 52] and folded.sum() == 2
    assert octaves(planes[:1], 33, 50) == 2


def test_synthetic_bass_loses_its_arpeggios() -> None:
    onset = np.zeros((1, 64, 128), bool)
    onset[0, [0, 16, 32, 48], 36] = True
    onset[0, 2, 72] = True
    cleaned, _ = clean_part(1, onset.copy(), onset.copy(), True)
    assert cleaned.sum() == 4


def test_pad_holds_the_harmony() -> None:
    chords, none = np.zeros((64, 128), bool), np.zeros((64, 128), bool)
    chords[:32, [60, 64, 67]] = True
    chords[32:, [59, 62, 67]] = True
    onset, sounding = pad(chords, none, none, False)
    assert {p % 12 for p in np.nonzero(sounding[0])[0]} == {0, 4, 7}
    assert {p % 12 for p in np.nonzero(sounding[40])[0]} == {7, 11, 2}
    assert (onset & ~sounding).sum() == 0


class Synthetic(Windows):
    """Three windows of one piece in 4/4 and two of one in 3/4, each window with its own pitches."""

    def __init__(self) -> None:
        count = 5
        planes = np.zeros((count, 10, 64, 128), bool)
        for w in range(count):
            for bar in range(4):
                step = bar * (16 if w < 3 else 12)
                for track, pitch in enumerate((72, 40, 60)):
                    planes[w, 2 * track, step, pitch + w] = True
                    planes[w, 2 * track + 1, step : step + 4, pitch + w] = True
        self.planes = np.packbits(planes, axis=-1)
        self.drums = np.zeros((count, 64, 12), np.uint8)
        self.drums[:, ::8, 0] = 100
        self.piece = np.array([0, 0, 0, 1, 1], np.int32)
        self.meter = np.array([4, 4, 4, 3, 3], np.uint8)
        self.genre = np.zeros(count, np.uint8)
        self.dataset = np.zeros(count, np.uint8)
        self.validation = np.zeros(count, bool)
        self.velocity = None
        self.timing = None
        self.has_next = np.array([True, True, False, True, False])
        self.has_before = np.array([False, True, True, False, True])
        self.spans()


PLAIN = Variation("all", 0, 0, 0, 0, 0, 0, 0, False)


def test_context_and_offsets_follow_the_piece() -> None:
    sampler = Sampler(Synthetic(), PLAIN, 0)
    b = sampler.make(np.array([1, 0, 2]), np.array([2, 0, 3]))
    assert b.context[1].sum() == 0 and b.context[0].sum() > 0
    # Two bars of window 1, then two of window 2.
    melody = b.pitched[0, 0]
    first, later = np.nonzero(melody[0])[0][0], np.nonzero(melody[32])[0][0]
    assert later == first + 1
    # The last window of a piece is not moved on.
    assert b.pitched[2, 0, 0].any()


def test_three_four_uses_48_steps() -> None:
    b = Sampler(Synthetic(), PLAIN, 0).make(np.array([3, 4]), np.array([1, 0]))
    assert b.meter.tolist() == [[0, 1], [0, 1]]
    assert b.steps[:, 48:].sum() == 0 and b.pitched[:, :, 48:].sum() == 0 and b.heard[:, 48:].sum() == 0


def test_missing_parts_and_given_parts() -> None:
    options = Variation("all", 0, 0, 0, 1.0, 0, 0, 0, False)
    b = Sampler(Synthetic(), options, 0).make(np.array([1] * 8), np.zeros(8, np.int64))
    assert b.exists[0].tolist() == [1, 1, 1, 0, 0]
    assert ((b.given_parts > 0) <= (b.exists > 0)).all()
    given = b.given_parts.sum(1)
    assert (given >= 1).all() and (given < 3).all()
    assert np.allclose(b.given[:, 0], b.pitched[:, 0] * b.given_parts[:, 1, None, None])


def test_unheard_melody_is_hidden() -> None:
    options = Variation("none", 0, 0, 0, 0, 0, 0, 0, False)
    b = Sampler(Synthetic(), options, 0).make(np.array([1]), np.zeros(1, np.int64))
    assert b.melody.sum() == 0 and b.heard.sum() == 0 and b.full_melody.sum() > 0


def test_velocities_of_strokes() -> None:
    b = Sampler(Synthetic(), PLAIN, 0).make(np.array([1]), np.zeros(1, np.int64))
    assert np.isclose(b.velocity[0, 0, 0], 100 / 127) and b.velocity[0, 0, 1] == 0


def test_timing_counts_where_notes_start() -> None:
    windows = Synthetic()
    windows.velocity = np.full((5, 5, 64), 90, np.uint8)
    windows.timing = np.full((5, 5, 64), -33, np.int8)
    b = Sampler(windows, PLAIN, 0).make(np.array([1]), np.zeros(1, np.int64))
    bass = b.timing_known[0, 1]
    assert bass[[0, 16, 32, 48]].all() and bass.sum() == 4
    assert np.allclose(b.timing[0, 1, ::16], -0.33) and b.velocity[0, 1, 1] == 0
    # Nothing is known about parts that the window lacks.
    assert b.timing_known[0, 4].sum() == 0


def test_a_twin_is_another_window_of_the_same_piece_and_meter() -> None:
    sampler = Sampler(Synthetic(), PLAIN, 0)
    b = sampler.make(np.array([0, 3]), np.zeros(2, np.int64))
    assert b.twin_pitched[1, :, 48:].sum() == 0 and b.twin_pitched[1].sum() > 0
    for row in range(2):
        own, twin = b.pitched[row, 0, 0], b.twin_pitched[row, 0, 0]
        assert own.sum() == twin.sum() == 1
    assert b.twin_parts[0].tolist() == [1, 1, 1, 0, 0]


def test_metrics_on_a_known_bar() -> None:
    roll = np.zeros((1, 64, 84), bool)
    roll[0, :16, [0, 4, 7]] = True
    assert metrics.empty_bars(roll) == 0.75
    assert metrics.pitch_classes(roll) == 3
    assert metrics.qualified_notes(roll) == 1
    assert metrics.tonal_distance(roll, roll) < 1e-6
    assert metrics.in_accompaniment(roll, roll) == 1
    strokes = np.zeros((1, 64, 12), bool)
    strokes[0, ::2, 0] = True
    assert metrics.drum_pattern(strokes) == 1
