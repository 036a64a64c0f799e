import io
import sys
import tarfile
from pathlib import Path

import mido
import numpy as np
import pytest

from continuo_training.base.errors import StepError
from continuo_training.data.sources import is_validation
from continuo_training.evaluation.songs.arranging import Program, melody_file, music_of_file
from continuo_training.evaluation.songs.chords import Chord
from continuo_training.evaluation.songs.comparison import compared
from continuo_training.evaluation.songs.continuity import Run, places, runs, starts_of
from continuo_training.evaluation.songs.critique import (
    share_of_basses_on_one,
    share_of_blues_changes,
    share_of_second_beats,
)
from continuo_training.evaluation.songs.drummers import beside_drummers, drummers_music, figures_of_drums
from continuo_training.evaluation.songs.figures import Figures, figures_of, pair_of_figures
from continuo_training.evaluation.songs.lead_sheets import beats_of_pop909, quarters_by_beats
from continuo_training.evaluation.songs.measure import BY_PEOPLE, measure_songs
from continuo_training.evaluation.songs.music import BAR, BASS, CHORDS, COUNTER, DRUMS, MELODY, Music
from continuo_training.evaluation.songs.print_tunes import bass_notes, chord_symbols, drum_pattern, printed
from continuo_training.evaluation.songs.results import Complaint, GapSummary, SongFigure, SongResults
from continuo_training.evaluation.songs.texture import texture
from continuo_training.evaluation.songs.tunes import TUNES, PlayedTune
from continuo_training.evaluation.songs.validation_songs import Song, Stretch, longest_stretch, validation_songs
from continuo_training.musical.tunes import read
from continuo_training.report.rendering import songs_text

from .hand_made import chord, play, song


def test_windows_follow_each_other_by_the_raw_file() -> None:
    starts = starts_of([(0.0, 60), (4.0, 62), (64.0, 60), (68.0, 62), (144.0, 60), (148.0, 62)])
    window = np.array([[0, 60], [4, 62]])
    assert places(window, starts) == {0, 64, 144}
    assert places(np.array([[0, 60], [4, 63]]), starts) == set()
    # The second window goes on from the first; the third stands 80 steps later; the last one stands nowhere.
    assert runs([{0}, {64}, {144}, set()]) == [Run([0, 1], 0), Run([2], 144), Run([3], None)]
    # A place counts only if the next window goes on from there.
    assert runs([{0, 64, 144}, {128}]) == [Run([0, 1], 64)]


def sung(*bars: str) -> np.ndarray:
    """A row of four beats for each bar: `x` where the melody sounds."""
    return np.array([[beat == "x" for beat in bar] for bar in bars])


def test_the_longest_stretch_begins_on_a_first_beat_and_ends_with_the_melody() -> None:
    assert longest_stretch(sung("....", "..xx", *["x..."] * 16, "....")) == Stretch(2, 18)
    assert longest_stretch(sung("x...", *["xx.."] * 14)) is None  # 15 bars
    assert longest_stretch(sung(*["xxxx"] * 70)) == Stretch(0, 64)
    assert longest_stretch(sung("x...", *["...."] * 20, "x...")) is None  # mostly without melody
    assert longest_stretch(sung(*["...."] * 20)) is None


NAME = next(f"reel{n}.mid" for n in range(100) if is_validation("nottingham", f"reel{n}.mid"))


def piece(gap: int) -> tuple[Music, list[tuple[int, int]]]:
    """A melody of 32 bars, a note a beat, with C below; in the raw file, so many steps stand before bar 25."""
    music, raw = song(32), []
    for beat in range(128):
        pitch = 60 + (beat * beat) % 23
        play(music, MELODY, pitch, 4 * beat, 4)
        raw.append((4 * beat + (gap if beat >= 96 else 0), pitch))
    for bar in range(32):
        chord(music, CHORDS, (48, 52, 55), BAR * bar, BAR)
    return music, raw


def data_folder(folder: Path, gap: int) -> Path:
    """A folder of data sets with one piece of Nottingham's."""
    music, raw = piece(gap)
    rows = [x.reshape(6, 8, 64, 128).swapaxes(0, 1) for x in (music.roll, music.onset)]
    (folder / "npz").mkdir(parents=True)
    (folder / "nottingham").mkdir()
    np.savez(
        folder / "npz" / "nottingham.npz",
        **{n: np.packbits(x, axis=-1) for n, x in zip(("roll", "onset"), rows, strict=True)},
        meter=np.full(8, 44),
        piece=np.zeros(8, np.int32),
        pieces=np.array([NAME]),
    )
    track = mido.MidiTrack()
    now = 0
    for step, pitch in raw:
        track.append(mido.Message("note_on", note=pitch, velocity=80, time=step * 120 - now))
        track.append(mido.Message("note_off", note=pitch, time=120))
        now = step * 120 + 120
    file = io.BytesIO()
    mido.MidiFile(ticks_per_beat=480, tracks=[track]).save(file=file)
    with tarfile.open(folder / "nottingham" / "files.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo(f"MIDI/melody/{NAME}")
        member.size = file.tell()
        file.seek(0)
        archive.addfile(member, file)
    return folder


def test_songs_of_a_data_set(tmp_path: Path) -> None:
    songs, left_out = validation_songs(data_folder(tmp_path, 0), 10)
    assert [(s.dataset, s.genre, s.by_people, s.ends, s.place) for s in songs] == [
        ("nottingham", "folk", True, True, 0)
    ]
    assert np.array_equal(songs[0].music.onset, piece(0)[0].onset)
    assert len(left_out) == 7 and left_out[0].startswith("pop909: FileNotFoundError")


def test_windows_with_a_gap_between_them_are_not_joined(tmp_path: Path) -> None:
    songs, _ = validation_songs(data_folder(tmp_path, 8), 10)
    assert songs[0].music.bars == 24 and not songs[0].ends


def test_no_song_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"no whole song.*pop909"):
        validation_songs(tmp_path, 10)


def test_beats_of_pop909_are_placed_by_its_tempo(tmp_path: Path) -> None:
    (tmp_path / "pop909").mkdir()
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=500_000)])
    for n in range(8):  # a note a quarter; from the fifth on at half the speed
        if n == 4:
            track.append(mido.MetaMessage("set_tempo", tempo=1_000_000))
        track.append(mido.Message("note_on", note=60, velocity=80))
        track.append(mido.Message("note_off", note=60, time=480))
    file = io.BytesIO()
    mido.MidiFile(ticks_per_beat=480, tracks=[track]).save(file=file)
    beats = "\n".join(f"{time} 0.0 0.0" for time in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)).encode()
    with tarfile.open(tmp_path / "pop909" / "files.tar.xz", "w:xz") as archive:
        for name, data in (("./007/007.mid", file.getvalue()), ("./007/beat_midi.txt", beats)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    found = beats_of_pop909(tmp_path, {"007"})["007"]
    assert found.tolist() == pytest.approx([4 * n for n in range(8)])
    piece_of_pop = Song("pop909", "007", "pop", song(1), True, 8)
    quarters = quarters_by_beats(piece_of_pop, found, 1)
    assert quarters is not None and quarters.tolist() == pytest.approx([1, 2, 3, 4])


def test_a_melody_goes_into_a_file_and_parts_come_back() -> None:
    music = song(2)
    play(music, MELODY, 60, 0, 4)
    play(music, MELODY, 60, 4, 4)
    play(music, MELODY, 64, 30, 2)
    file = melody_file(music)
    assert [m.numerator for m in file.tracks[0] if m.type == "time_signature"] == [4]
    file.tracks[0][1] = mido.MetaMessage("track_name", name="Bass")
    again = music_of_file(file, 32)
    assert np.array_equal(again.onset[BASS], music.onset[MELODY]) and np.array_equal(
        again.roll[BASS], music.roll[MELODY]
    )
    assert not again.roll[MELODY].any()


#: A program that plays the melody an octave lower as its bass, and says with what it was called.
PROGRAM = """#!{python}
import json, os, sys
import mido
file = mido.MidiFile(sys.argv[2])
bass = mido.MidiTrack([mido.MetaMessage("track_name", name="Bass")])
bass += [m.copy(note=m.note - 12) if m.type.startswith("note") else m for m in file.tracks[0] if m.type != "track_name"]
file.tracks.append(bass)
file.save(sys.argv[4])
model = os.environ.get("CONTINUO_MODEL", "its own")
print(json.dumps({{"model": model, "backend": " ".join(sys.argv[5:])}}))
"""


def program(folder: Path) -> Path:
    path = folder / "program"
    path.write_text(PROGRAM.format(python=sys.executable))
    path.chmod(0o755)
    return path


def test_the_program_runs_at_its_defaults_with_the_options_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTINUO_MODEL", "the user's")
    tested = Program(program(tmp_path), ["--takes", "1"])
    made = tested.arrange(piece(0)[0], "folk", 7)
    assert np.array_equal(made.onset[BASS, :, :-12], made.onset[MELODY, :, 12:]) and made.onset[BASS].sum() == 128
    assert tested.facts == {"model": "its own", "backend": "--genre folk --seed 7 --json --takes 1"}
    tested.model = Path("other.onnx")
    tested.arrange(piece(0)[0], "folk", 7)
    assert tested.facts["model"] == "other.onnx"


def test_chords_stand_in_the_file_as_symbols(tmp_path: Path) -> None:
    c, g = Chord(0, "maj", 0), Chord(7, "7", 2)
    file = melody_file(song(2), chords=[c, c, g, g, None, None, c, c])
    now, found = 0, []
    for message in file.tracks[1]:
        now += message.time
        found += [(now // file.ticks_per_beat, message.text)] if message.type == "text" else []
    assert found == [(0, "C"), (2, "G7/D"), (4, "N.C."), (6, "C")]
    assert len(melody_file(song(2)).tracks) == 1


def test_a_program_that_fails_or_is_missing_is_named(tmp_path: Path) -> None:
    failing = tmp_path / "continuo"
    with pytest.raises(StepError, match="could not be run"):
        Program(failing).arrange(song(1), "pop", 1)
    failing.write_text("#!/bin/sh\necho 'the model is broken' >&2\nexit 2\n")
    failing.chmod(0o755)
    with pytest.raises(StepError, match="the model is broken"):
        Program(failing).arrange(song(1), "pop", 1)


def test_parts_that_the_real_song_lacks_stand_alone() -> None:
    real, _ = piece(0)
    made = Music(real.roll.copy(), real.onset.copy())
    for bar in range(32):
        play(made, BASS, 36, BAR * bar, BAR)
    of_real, of_made = pair_of_figures(
        Song("nottingham", "reel", "folk", real, True, None), made, figures_of(Song("", "", "", real, True, None), None)
    )
    assert ("silence", "silent bars, bass") not in of_real and of_made["silence", "silent bars, bass"] == 0
    # Without the bass that the real song lacks, the two are the same.
    assert of_made["harmony", "root is lowest"] == of_real["harmony", "root is lowest"]
    assert of_made["self-similarity", "bars of a phrase"] == of_real["self-similarity", "bars of a phrase"]


def test_figures_of_many_songs() -> None:
    nan = float("nan")
    a, b, c = ("groove", "a, drums"), ("home", "b"), ("form", "c")
    pairs: list[tuple[Figures, Figures]] = [
        ({a: 1.0, b: 0.5, c: 1.0}, {a: 1.5, b: 0.5, c: 9.0}),
        ({a: 2.0, b: nan, c: 1.0}, {a: 2.5, b: 0.5, c: 9.0}),
        ({a: 3.0, b: 0.5, c: 1.0}, {a: 4.1, b: nan, c: 9.0}),
        ({b: 0.5}, {a: 8.0, b: 0.6}),
        ({b: 0.5}, {b: 0.6}),
    ]
    found = compared("all", pairs)
    shown = {f.name: f for f in found.figures}
    drums = shown["a, drums"]
    assert (drums.songs, drums.real, drums.generated) == (3, 2.0, pytest.approx(2.7))
    assert drums.gap == pytest.approx(0.7) and drums.relative == pytest.approx(0.35)
    assert drums.error == pytest.approx(np.std([0.5, 0.5, 1.1], ddof=1) / 3**0.5)
    assert shown["b"].songs == 3 and shown["b"].gap == pytest.approx(0.2 / 3)
    # Gaps of 35 % and of 13 %; those of form do not count.
    assert found.gaps == GapSummary(2, pytest.approx((0.35 + 0.4 / 3) / 2), 0.5, 0.0)
    alone = compared("alone", [({}, {a: float(n)}) for n in range(3)]).figures
    assert alone == [SongFigure("groove", "a, drums", 3, None, 1.0)]
    assert compared("two", pairs[:2]).figures == []


def test_small_rates_are_compared_with_a_twentieth() -> None:
    figure = ("silence", "silent bars, bass")
    found = compared("all", [({figure: 0.0}, {figure: 0.02})] * 3)
    assert found.figures[0].relative == pytest.approx(0.4)


def test_jumps_at_seams_over_those_elsewhere() -> None:
    seams, elsewhere = ("jumps", "density, bass, at seams"), ("jumps", "density, bass, elsewhere")
    found = compared("all", [({seams: 3.0, elsewhere: 2.0}, {seams: 1.0, elsewhere: 4.0})] * 3)
    ratio = found.figures[-1]
    assert (ratio.name, ratio.real, ratio.generated) == ("density, bass, seams over elsewhere", 1.5, 0.25)
    assert ratio.gap is None and found.gaps is not None and found.gaps.figures == 2


def test_drums_beside_drummers_of_other_songs() -> None:
    strokes = np.zeros((32, 12), bool)
    strokes[[0, 16, 24], 0] = True
    found = figures_of_drums(drummers_music(strokes))
    assert found["groove", "GS, drums, lag 1 in a phrase"] == 15 / 16
    assert found["silence", "silent bars, drums"] == 0
    lag, bass = ("groove", "GS, drums, lag 4"), ("groove", "GS, bass, lag 4")
    real: list[Figures] = [{lag: v, bass: v} for v in (0.8, 0.9, 1.0, float("nan"))]
    made: list[Figures] = [{lag: v, bass: v} for v in (0.5, 0.7, 0.5, 0.7)]
    (figure,) = beside_drummers(real, made).figures
    assert (figure.songs, figure.real, figure.generated) == (3, pytest.approx(0.9), pytest.approx(0.6))
    assert figure.error == pytest.approx((0.01 / 3 + (0.04 / 3) / 4) ** 0.5)


def test_what_an_arranger_winces_at_in_single_parts() -> None:
    music = song(4)
    for bar, pitches in enumerate([(48, 52, 55), (55, 60, 64), (48, 55, 64), (60, 64)]):
        chord(music, CHORDS, pitches, 16 * bar, 8)
    for step, pitch in enumerate((60, 60, 62, 60)):
        play(music, COUNTER, pitch, 4 * step, 2)
    for step, pitch in ((0, 36), (4, 38), (12, 38), (8, 38), (20, 45), (22, 48)):
        play(music, DRUMS, pitch, step, 1)
    found = texture(music)
    assert found["close chords below F3, chords"] == pytest.approx(1 / 3)
    assert found["notes more or fewer than the chord before, chords"] == pytest.approx(1 / 3)
    assert found["notes that repeat the one before, counter"] == pytest.approx(1 / 3)
    assert found["phrases on one or two pitches, counter"] == 1.0
    assert found["snare on two and four, drums"] == pytest.approx(2 / 3)
    assert found["bars with two strokes on toms in 16, drums"] == 4.0


def test_tunes_are_read_with_their_flats() -> None:
    assert read("Bb4:4 B4:2 F#5:2 -:2 Ab4:2") == [(0, 4, 70), (4, 2, 71), (6, 2, 78), (10, 2, 68)]


def test_tunes_show_the_blues_the_waltz_and_the_jig() -> None:
    blues = song(12)
    for bar, root in enumerate((41, 46, 41, 41, 46, 46, 41, 41, 48, 46, 41, 48)):
        chord(blues, CHORDS, (root + 12, root + 16, root + 19, root + 22), 16 * bar, 16)
        play(blues, BASS, root, 16 * bar, 16)
    assert share_of_blues_changes(blues) == 1.0
    assert share_of_blues_changes(song(12)) == 0.0
    waltz = song(3)
    for step in (0, 12, 28, 40):
        play(waltz, BASS, 36, step, 2)
    assert share_of_basses_on_one(waltz, 12) == pytest.approx(2 / 4)
    play(waltz, DRUMS, 36, 6, 1)
    assert share_of_second_beats(waltz, 12) == pytest.approx(1 / 4)


def test_a_complaint_is_gone_near_real_music_or_beyond_it() -> None:
    def verdict(good: int, real: float | None, before: float, now: float) -> str:
        return Complaint("c", "f", good, real, before, now).verdict()

    assert verdict(1, 0.8, 0.3, 0.75) == "gone" and verdict(1, 0.8, 0.3, 1.0) == "gone"
    assert verdict(1, 0.8, 0.3, 0.5) == "better" and verdict(1, 0.8, 0.5, 0.4) == "**not gone**"
    assert verdict(-1, 0.4, 0.8, 0.2) == "gone" and verdict(-1, 0.4, 0.8, 0.6) == "better"
    assert verdict(0, 0.4, 0.4, 0.8) == "**not gone**"
    assert verdict(-1, 0.0, 0.1, 0.015) == "gone" and verdict(1, None, 0.1, 0.2) == "not in the real songs"


def test_bars_for_the_eye() -> None:
    music = song(1)
    for pitch, step in ((36, 0), (42, 0), (42, 2), (36, 4), (38, 4), (40, 6), (38, 8), (45, 10), (49, 12)):
        play(music, DRUMS, pitch, step, 1)
    play(music, BASS, 36, 0, 4)
    play(music, BASS, 46, 6, 2)
    play(music, BASS, 43, 13, 2)
    assert drum_pattern(music.onset[DRUMS]) == "K·h·B·h·S·t·C···"
    play(music, DRUMS, 49, 0, 1)
    assert drum_pattern(music.onset[DRUMS])[0] == "C", "a crash is heard over the kick"
    assert bass_notes(music.onset[BASS]) == "1:C2 2½:Bb2 4¼:G2"
    assert bass_notes(music.onset[BASS, :12], 2) == "1:C2 4:Bb2"
    chord(music, CHORDS, (48, 52, 55), 0, 8)
    chord(music, CHORDS, (55, 59, 62), 8, 8)
    shown = printed(PlayedTune("a bar", "pop", (4, 4), [], 1, pickup=True), music)
    assert (shown.bars[0].bar, shown.bars[0].chord, shown.meter) == (0, "C7 / G /", "4/4")
    assert chord_symbols([None, None]) == "– /"


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.title)
def test_tunes_are_one_note_at_a_time_and_end_in_their_last_bars(tune: PlayedTune) -> None:
    melody = tune.music().roll[MELODY]
    last = max(step + length for step, length, _ in tune.notes)
    assert melody.sum(1).max() == 1 and last <= len(melody)
    assert len(melody) - last < (4 if "rests" in tune.title else 1) * tune.bar


def measured(folder: Path) -> SongResults:
    data = data_folder(folder / "data", 0)
    return measure_songs(data, folder / "harmony", Program(program(folder)), 3, "a test")


def test_songs_are_measured_and_shown_without_lead_sheets(tmp_path: Path) -> None:
    found = measured(tmp_path)
    assert (found.songs, found.datasets, found.lead_sheets, found.sets[0].name) == (1, {"nottingham": 1}, 0, BY_PEOPLE)
    assert any("lead sheets" in reason and "cannot be read" in reason for reason in found.left_out)
    found.sets[0].figures = [
        SongFigure("home", "first chord is the tonic", 3, 0.5, 0.25, -0.25, 0.1, 0.5),
        SongFigure("home", "last chord is the tonic", 3, 0.5, 0.45, -0.05, 0.1, 0.1),
        SongFigure("silence", "silent bars, bass", 3, None, 0.125),
    ]
    found.sets[0].gaps = GapSummary(2, 0.3, 0.5, 0.5)
    found.genres[0].figures = found.sets[0].figures[:2]
    text = songs_text(found)
    assert "| home: first chord is the tonic | 3 | 0.50 | 0.25 | -0.25 | 0.10 * |" in text
    assert "| home: last chord is the tonic | 3 | 0.50 | 0.45 | -0.05 | 0.10 |" in text
    assert "| silence: silent bars, bass | 3 | – | 0.12 | – | – |" in text
    assert "| written by people (1) | 2 | 30% | 50% | 50% |" in text
    assert "| home: first chord is the tonic | 0.50 / 0.25 |" in text and "folk, people (1)" in text
    assert "Left out: " in text and "*lead sheet*" not in text
    assert "**Ode to Joy (AABA)**, pop, 4/4" in text and text.count("| 12 | ") == 6
    cells: int | None = None
    for line in text.splitlines():
        count = line.count("|") if line.startswith("|") else None
        assert cells is None or count is None or count == cells, line
        cells = count
