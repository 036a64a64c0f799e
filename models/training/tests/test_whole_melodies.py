from pathlib import Path

import mido
import numpy as np
import pytest

from continuo_training.evaluation import whole_melodies


def melody() -> np.ndarray:
    planes = np.zeros((2, 2, 64, 84), np.float32)
    planes[0, 0, 60, 36] = 1
    planes[0, 1, 60:, 36] = planes[1, 1, :4, 36] = 1  # over the edge of the first window
    planes[1, 0, 4, 36] = planes[1, 0, 8, 40] = 1
    planes[1, 1, 4:6, 36] = planes[1, 1, 8:9, 40] = 1
    return planes


def test_a_melody_goes_into_a_file_and_comes_back() -> None:
    file = whole_melodies.melody_file(melody())
    file.tracks[0].name = "Bass"
    pitched, drums = whole_melodies.planes_of_file(file, 2)
    assert np.array_equal(pitched[:, :2], melody()) and not pitched[:, 2:].any() and not drums.any()
    assert sum(m.time for m in file.tracks[0]) == 2 * whole_melodies.WINDOW


def test_strokes_come_back_and_other_tracks_are_not_read() -> None:
    file = whole_melodies.melody_file(melody())
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="Drums")])
    track.append(mido.Message("note_on", channel=9, note=38, velocity=90, time=whole_melodies.STEP * 65 + 70))
    track.append(mido.Message("note_off", channel=9, note=38, time=10))
    file.tracks.append(track)
    pitched, drums = whole_melodies.planes_of_file(file, 2)
    assert not pitched.any() and np.argwhere(drums).tolist() == [[1, 1, 1]]


def test_the_error_of_a_failing_program_is_passed_on(tmp_path: Path) -> None:
    program = tmp_path / "continuo"
    program.write_text("#!/bin/sh\necho 'the model is broken' >&2\nexit 2\n")
    program.chmod(0o755)
    with pytest.raises(RuntimeError, match="the model is broken"):
        whole_melodies.arranged(program, tmp_path / "none.onnx", "pop", melody(), [])
