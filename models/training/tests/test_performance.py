import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from continuo_training.data.mma_grooves import bars_of_grooves
from continuo_training.data.musicxml import onsets_of_score
from continuo_training.data.performance import UNKNOWN, Stroke, add_performance, on_grid, place_of, window_strokes
from continuo_training.data.sources import DATASETS

SCORE = """<score-partwise><part id="P1">
<measure><attributes><divisions>6</divisions></attributes>
<note><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration></note>
<note><pitch><step>D</step><octave>4</octave></pitch><duration>2</duration></note>
<note><chord/><pitch><step>F</step><alter>1</alter><octave>4</octave></pitch><duration>2</duration></note>
<note><pitch><step>E</step><octave>4</octave></pitch><duration>2</duration></note>
<note><rest/><duration>18</duration></note>
<backup><duration>24</duration></backup>
<note><pitch><step>C</step><octave>3</octave></pitch><duration>24</duration><tie type="start"/></note></measure>
<measure><note><pitch><step>C</step><octave>3</octave></pitch><duration>24</duration><tie type="stop"/></note>
<backup><duration>24</duration></backup>
<note><grace/><pitch><step>A</step><octave>5</octave></pitch></note>
<note><pitch><step>G</step><octave>4</octave></pitch><duration>24</duration></note></measure>
</part></score-partwise>"""


def packed(name: str = "score.xml") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr(name, SCORE)
    return data.getvalue()


@pytest.mark.parametrize("name", ["score.xml", "score.musicxml"])
def test_triplets_of_a_score(name: str) -> None:
    found = sorted(onsets_of_score(packed(name)))
    assert [p for _, p in found] == [48, 60, 62, 66, 64, 67]
    assert np.allclose([t for t, _ in found], [0, 0, 4 / 3, 4 / 3, 8 / 3, 16])


def test_an_archive_without_a_score_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
    with pytest.raises(ValueError):
        onsets_of_score(data.getvalue())


def test_swing_is_found_beside_the_grid() -> None:
    # Off-beat eighths at two thirds of the beat, the whole a little late.
    found = [(4.0 * beat + late + 0.04, 60, 80, False) for beat in range(8) for late in (0.0, 8 / 3)]
    pitched, struck = on_grid(found)
    assert not struck
    # The phase is the mean of all notes, so straight and swung notes share the remainder.
    assert (pitched[3, 60].timing - pitched[0, 60].timing) == pytest.approx(-33, abs=2)


def test_windows_find_their_place() -> None:
    onsets = np.array([[0, 60], [4, 62], [8, 64]])
    starts = {60: np.array([16, 40]), 62: np.array([20]), 64: np.array([24])}
    assert place_of(onsets, starts) == (16, 1.0)
    assert place_of(onsets, {}) == (0, 0.0)


def test_strokes_of_a_window() -> None:
    onset = np.zeros((6, 64, 128), bool)
    onset[2, 3, 40] = True
    notes = {(19, 40): Stroke(70, -33)}
    velocity, timing = window_strokes(onset, notes, {}, 16)
    assert velocity[1, 3] == 70 and timing[1, 3] == -33
    assert velocity.sum() == 70 and (timing != UNKNOWN).sum() == 1


def test_grooves_have_bars_of_sixteen_steps() -> None:
    for velocity, timing in bars_of_grooves().values():
        assert velocity.shape == timing.shape == (5, 16)


def prepared(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of data with two windows of one piece of lieder, and the folder that was prepared from it."""
    data, out = tmp_path / "data", tmp_path / "prepared"
    (data / "npz").mkdir(parents=True)
    (data / "openscore-lieder").mkdir()
    out.mkdir()
    onset = np.zeros((2, 6, 64, 128), bool)
    for step, pitch in ((0, 60), (1, 62), (1, 66), (3, 64), (16, 67)):
        onset[:, 2, step, pitch] = True
    np.savez(data / "npz" / "lieder.npz", onset=np.packbits(onset, -1), piece=[0, 1], pieces=["score.mxl", "other.mxl"])
    np.savez(out / "windows.npz", dataset=np.full(2, DATASETS.index("lieder"), np.uint8), row=np.arange(2))
    return data, out


def archive(data: Path) -> Path:
    path = data / "openscore-lieder" / "files.tar.xz"
    with tarfile.open(path, "w:xz") as tar:
        for name in ("score.mxl", "other.mxl"):
            info = tarfile.TarInfo(name)
            info.size = len(packed())
            tar.addfile(info, io.BytesIO(packed()))
    return path


def test_what_was_read_from_few_files_does_not_pass_for_all(tmp_path: Path) -> None:
    data, out = prepared(tmp_path)
    archive(data)
    assert add_performance(data, out, 1) == []
    assert np.load(out / "timing.npy")[1, 1, 1] == UNKNOWN
    assert add_performance(data, out) == []
    assert np.load(out / "timing.npy")[1, 1, 1] == 33


def test_a_missing_or_damaged_archive_is_named_and_read_the_next_time(tmp_path: Path) -> None:
    data, out = prepared(tmp_path)
    for damage in (lambda whole: b"", lambda whole: whole[: len(whole) // 3], lambda whole: b"no archive at all"):
        path = archive(data)
        path.write_bytes(damage(path.read_bytes()))
        refused = add_performance(data, out)
        assert len(refused) == 1 and "lieder" in refused[0] and "files.tar.xz" in refused[0]
    path.unlink()
    assert "FileNotFoundError" in add_performance(data, out)[0]
    archive(data)
    assert add_performance(data, out) == [] and np.load(out / "timing.npy")[0, 1, 1] == 33
