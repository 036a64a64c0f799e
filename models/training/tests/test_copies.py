"""How long the runs of notes are that a melody shares with learnt ones."""

import numpy as np

from continuo_training.melodies.events import Melody, events
from continuo_training.melodies.figures import Excerpt, longest_copies

RANDOM = np.random.default_rng(4)


def line(pitches: list[int], length: int = 4) -> np.ndarray:
    notes = [(length * i, length, pitch) for i, pitch in enumerate(pitches)]
    return events(Melody("hand", "made", 0, False, False, False, np.array(notes, np.int32), None))


def copies(melody: list[int], *learnt: list[int]) -> int:
    excerpt = Excerpt(line([60, 62]), line(melody), 16, 8)
    return longest_copies([excerpt], [line(pitches) for pitches in learnt])[0]


def test_the_longest_run_counts_in_any_key() -> None:
    melody = [60, 67, 64, 62, 71, 59, 65, 60, 68]
    assert copies(melody, [pitch + 3 for pitch in melody[2:8]]) == 6
    assert copies(melody, [pitch + 3 for pitch in melody[2:5]] + [40, 80, 41]) == 0, "three notes are no run"


def test_a_run_does_not_go_on_in_the_next_melody() -> None:
    melody = RANDOM.integers(50, 80, 24).tolist()
    # The intervals of both, one after the other, are those of the whole.
    assert copies(melody, melody[:13], melody[12:]) == 13
    assert copies(melody, melody) == 24


def test_other_rhythms_are_no_copies() -> None:
    melody = RANDOM.integers(50, 80, 16).tolist()
    excerpt = Excerpt(line([60, 62]), line(melody, 3), 16, 8)
    assert longest_copies([excerpt], [line(melody, 4)]) == [0]
    assert longest_copies([excerpt, excerpt], [line(melody, 3)]) == [16, 16]


def test_the_longest_run_is_that_of_a_plain_search() -> None:
    melodies = [RANDOM.integers(60, 63, 40).tolist() for _ in range(12)]
    steps = [np.diff(melody).tolist() for melody in melodies]

    def holds(whole: list[int], run: list[int]) -> bool:
        return any(whole[i : i + len(run)] == run for i in range(len(whole) - len(run) + 1))

    for number in range(4):
        runs = (steps[number][i : i + size] for size in range(3, 40) for i in range(40 - size))
        sizes = [len(run) + 1 for run in runs if any(holds(other, run) for other in steps[4:])]
        assert copies(melodies[number], *melodies[4:]) == max(sizes, default=0)
