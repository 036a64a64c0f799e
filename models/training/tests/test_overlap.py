import numpy as np

from continuo_training.evaluation import overlap


def test_equal_distributions_overlap_and_far_ones_do_not() -> None:
    random = np.random.default_rng(1)
    a, b = random.normal(0, 1, 4000), random.normal(0, 1, 4000)
    assert overlap.overlapping_area(a, b) > 0.95
    assert overlap.overlapping_area(a, b + 20) < 0.02
    assert overlap.overlapping_area(np.zeros(5), np.zeros(5)) == 1.0


def test_features_of_a_part() -> None:
    onset, sounding = np.zeros((64, 84), bool), np.zeros((64, 84), bool)
    for step in (0, 16, 32, 48):
        onset[step, [0, 7]] = True
        sounding[step : step + 8, [0, 7]] = True
    found = overlap.features_of_part(onset, sounding, 64)
    assert found["pitches used"] == 2 and found["pitch range"] == 7 and found["notes"] == 8
    assert found["time between onsets"] == 16 and found["note length"] == 8
    assert found["pitch classes"][[0, 7]].tolist() == [0.5, 0.5] and found["onsets in the bar"][0] == 1


def test_likeness_is_one_only_for_the_same_onsets() -> None:
    pitched = np.zeros((2, 8, 64, 84), np.float32)
    pitched[0, 0, [0, 4], 10] = 1
    pitched[1, 0, [0, 8], 10] = 1
    bits = overlap.onset_bits(pitched, np.zeros((2, 64, 12), np.float32))
    assert np.allclose(overlap.likeness(bits, bits), [[1, 1 / 3], [1 / 3, 1]])
