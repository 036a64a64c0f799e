from pathlib import Path

import mido
import numpy as np
import pytest

from continuo_training.finetune import own_files
from continuo_training.finetune.own_files import LEAST_WINDOWS, UnusableError, read_folder, read_piece

TPB = 480


def track(channel: int, program: int, notes: list[tuple[int, int, int]], name: str = "") -> mido.MidiTrack:
    """Notes as (start, length, pitch) in sixteenths."""
    out = mido.MidiTrack()
    out.append(mido.MetaMessage("track_name", name=name))
    out.append(mido.Message("program_change", channel=channel, program=program))
    events = []
    for start, length, pitch in notes:
        events.append((start * TPB // 4, 1, mido.Message("note_on", channel=channel, note=pitch, velocity=77)))
        events.append(((start + length) * TPB // 4, 0, mido.Message("note_off", channel=channel, note=pitch)))
    now = 0
    for tick, _, message in sorted(events, key=lambda e: e[:2]):
        out.append(message.copy(time=tick - now))
        now = tick
    return out


def tune(path: Path, bars: int = 16, meter: tuple[int, int] = (4, 4)) -> None:
    midi = mido.MidiFile(ticks_per_beat=TPB)
    head = mido.MidiTrack()
    head.append(mido.MetaMessage("time_signature", numerator=meter[0], denominator=meter[1]))
    midi.tracks.append(head)
    bar = 12 if meter == (3, 4) else 16
    melody = [(b * bar + s, 4, 72 + s // 4) for b in range(bars) for s in range(0, bar, 4)]
    chords = [(b * bar, bar, p) for b in range(bars) for p in (60, 64, 67)]
    midi.tracks.append(track(0, 73, melody, "Flute"))
    midi.tracks.append(track(1, 0, chords, "Piano"))
    midi.tracks.append(track(2, 33, [(b * bar, 8, 36) for b in range(bars)], "Bass"))
    midi.tracks.append(track(9, 0, [(b * bar, 1, 36) for b in range(bars)], "Drums"))
    midi.save(path)


def test_parts_find_their_places(tmp_path: Path) -> None:
    tune(tmp_path / "tune.mid")
    piece = read_piece(tmp_path / "tune.mid")
    assert not piece.three and len(piece.planes) == 4
    planes = np.unpackbits(piece.planes, axis=-1)
    assert planes[0, 0, 0, 72] and planes[0, 2, 0, 36]
    assert planes[0, 4, 0, [60, 64, 67]].all() and planes[0, 5, 15, 60]
    assert piece.drums[0, 0, 0] == 77 and piece.velocity[0, 1, 0] == 77 and piece.timing[0, 1, 0] == 0


def test_three_four(tmp_path: Path) -> None:
    tune(tmp_path / "waltz.mid", meter=(3, 4))
    piece = read_piece(tmp_path / "waltz.mid")
    assert piece.three and len(piece.planes) == 4 and not piece.planes[:, :, 48:].any()


def test_bad_files_are_named_and_the_rest_is_used(tmp_path: Path) -> None:
    for i in range(-(-LEAST_WINDOWS // 4)):
        tune(tmp_path / f"tune{i}.mid")
    (tmp_path / "empty.mid").touch()
    (tmp_path / "broken.mid").write_bytes((tmp_path / "tune0.mid").read_bytes()[:60])
    (tmp_path / "text.mid").write_text("not music")
    silent = mido.MidiFile()
    silent.tracks.append(mido.MidiTrack())
    silent.save(tmp_path / "silent.mid")
    drums = mido.MidiFile(ticks_per_beat=TPB)
    drums.tracks.append(track(9, 0, [(4 * i, 1, 38) for i in range(64)]))
    drums.save(tmp_path / "drums.mid")
    many = mido.MidiFile(ticks_per_beat=TPB)
    many.tracks.extend(track(0, 0, [(0, 4, 60)]) for _ in range(200))
    many.save(tmp_path / "many.mid")
    tune(tmp_path / "odd.mid", meter=(7, 8))
    pieces, refused = read_folder(tmp_path)
    assert {p.name for p in pieces} == {f"tune{i}.mid" for i in range(-(-LEAST_WINDOWS // 4))}
    reasons = dict(line.split(": ", 1) for line in refused)
    assert set(reasons) == {f"{n}.mid" for n in ("empty", "broken", "text", "silent", "drums", "many", "odd")}
    assert "empty" in reasons["empty.mid"] and "no notes" in reasons["silent.mid"]
    assert "drums only" in reasons["drums.mid"] and "200 tracks" in reasons["many.mid"]
    assert "7/8" in reasons["odd.mid"]


def with_division(source: Path, target: Path, division: int) -> None:
    """The same file with another division in its header."""
    data = bytearray(source.read_bytes())
    data[12:14] = division.to_bytes(2, "big", signed=True)
    target.write_bytes(data)


def test_times_that_are_not_in_beats_are_refused(tmp_path: Path) -> None:
    tune(tmp_path / "tune.mid")
    for division in (0, -25 * 256 + 40):
        with_division(tmp_path / "tune.mid", tmp_path / "bad.mid", division)
        with pytest.raises(UnusableError, match="not in beats"):
            read_piece(tmp_path / "bad.mid")
    with_division(tmp_path / "tune.mid", tmp_path / "good.mid", 96)
    assert len(read_piece(tmp_path / "good.mid").planes) > 4


def test_a_file_with_a_time_far_away_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    midi = mido.MidiFile(ticks_per_beat=TPB)
    notes = [(4 * i, 4, 72) for i in range(16)]
    midi.tracks.append(track(0, 73, [*notes, (50_000_000, 4, 72)], "Melody"))
    midi.tracks.append(track(1, 33, [(s, n, p - 36) for s, n, p in notes], "Bass"))
    midi.save(tmp_path / "far.mid")
    with pytest.raises(UnusableError, match="its melody lasts 3,125,004 bars; at most 8,000"):
        read_piece(tmp_path / "far.mid")


def test_an_unexpected_error_of_one_file_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(-(-LEAST_WINDOWS // 4)):
        tune(tmp_path / f"tune{i}.mid")
    (tmp_path / "bad.mid").write_bytes(b"something")
    real = own_files.read_piece

    def failing(path: Path) -> own_files.Piece:
        if path.name == "bad.mid":
            raise MemoryError("too much")
        return real(path)

    monkeypatch.setattr(own_files, "read_piece", failing)
    pieces, refused = read_folder(tmp_path)
    assert len(pieces) == -(-LEAST_WINDOWS // 4)
    assert refused == ["bad.mid: it cannot be read (MemoryError: too much)"]


def test_karaoke_and_riff_files_are_found_too(tmp_path: Path) -> None:
    bars = 4 * LEAST_WINDOWS
    tune(tmp_path / "plain.mid", bars=bars)
    (tmp_path / "plain.mid").rename(tmp_path / "sung.kar")
    midi = (tmp_path / "sung.kar").read_bytes()
    info = b"LIST" + (14).to_bytes(4, "little") + b"INFOINAM" + (2).to_bytes(4, "little") + b"Ab"
    body = b"RMID" + info + b"data" + len(midi).to_bytes(4, "little") + midi
    (tmp_path / "wrapped.RMI").write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    pieces, refused = read_folder(tmp_path)
    assert {p.name for p in pieces} == {"sung.kar", "wrapped.RMI"}
    assert not refused


def test_damaged_bytes_are_read_or_refused(tmp_path: Path) -> None:
    tune(tmp_path / "tune.mid")
    whole = (tmp_path / "tune.mid").read_bytes()
    random = np.random.default_rng(5)
    refused = 0
    for _ in range(150):
        data = bytearray(whole)
        for place in random.integers(0, len(data), 4):
            data[place] = int(random.integers(256))
        (tmp_path / "bad.mid").write_bytes(data)
        try:
            read_piece(tmp_path / "bad.mid")
        except UnusableError:
            refused += 1
    assert 0 < refused < 150


def test_too_few_files_are_reported_before_training(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="no MIDI file"):
        read_folder(tmp_path)
    tune(tmp_path / "short.mid", bars=4)
    with pytest.raises(UnusableError, match="1 of 1 files can be used, with 1 windows"):
        read_folder(tmp_path)
    with pytest.raises(UnusableError, match="not a folder"):
        read_folder(tmp_path / "short.mid")
