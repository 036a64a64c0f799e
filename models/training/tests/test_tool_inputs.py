"""The inputs of the tools' picture: files that are read as they were written, wrong and uneven notes, drums."""

from pathlib import Path

import pytest

from continuo_training.report.tool_inputs import (
    BASS_LINE,
    BEATS,
    PERCUSSION,
    Note,
    damaged,
    drum,
    in_eighths,
    notes_of,
    uneven,
    write,
)


@pytest.mark.parametrize("notes", [BASS_LINE, BEATS["jazz"]])
def test_a_file_holds_the_notes_that_were_written(notes: list[Note], tmp_path: Path) -> None:
    found = notes_of(write(notes, tmp_path / "notes.mid"))
    assert sorted((n.place, n.velocity, n.channel) for n in found) == sorted(
        (n.place, n.velocity, n.channel) for n in notes
    )
    assert all(
        abs(a.length - b.length) < 0.01 for a, b in zip(found, sorted(notes, key=lambda n: n.place), strict=True)
    )


def test_a_tenth_of_the_notes_is_wrong_by_a_third_or_more() -> None:
    wrong = damaged(BASS_LINE, 1)
    moved = [abs(a.pitch - b.pitch) for a, b in zip(wrong, BASS_LINE, strict=True) if a != b]
    assert len(moved) == len(BASS_LINE) // 10 and min(moved) >= 4
    assert damaged(BASS_LINE, 1) == wrong != damaged(BASS_LINE, 2)


def test_uneven_notes_stray_a_little_and_eighths_fill_their_notes() -> None:
    strayed = [abs(a.start - b.start) for a, b in zip(uneven(BASS_LINE), BASS_LINE, strict=True)]
    assert sum(strayed) / len(strayed) > 0.01 and max(strayed) <= 0.1 + 1e-9
    assert [n.start for n in in_eighths([Note(1.0, 1.8, 60)])] == [1.0, 1.5, 2.0, 2.5]


def test_beats_are_percussion_and_each_stroke_has_a_drum() -> None:
    assert all(n.channel == PERCUSSION for beat in BEATS.values() for n in beat)
    assert {drum(n.pitch) for beat in BEATS.values() for n in beat} == {36, 38, 42, 51}
    assert (drum(48), drum(57), drum(46)) == (45, 49, 46)
