import json
from pathlib import Path

import numpy as np
import pytest

from continuo_training.musical import key

CASES = json.loads((Path(__file__).parent / "key_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_shared_cases(case: dict) -> None:
    assert key.shifts(np.array([case["weights"]]))[0] == case["shift"]


def test_every_shift_is_in_range_and_reaches_c_or_a_minor() -> None:
    for k in range(24):
        shift = key.shift_of_key(k)
        assert -6 <= shift <= 5
        root = (k % 12 + shift) % 12
        assert root == (0 if k < 12 else 9)


def test_weights_count_steps_and_onsets() -> None:
    onset, sounding = np.zeros((1, 64, 84), bool), np.zeros((1, 64, 84), bool)
    onset[0, 3, 2] = True
    sounding[0, 3:7, 2] = True
    weights = key.weights_of_planes(onset, sounding, lowest=24)
    assert weights[0, 2] == 5 and weights.sum() == 5
