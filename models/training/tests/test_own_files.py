from pathlib import Path

import mido
import pytest

from continuo_training.own_files import LEAST_WINDOWS, UnusableError, read_folder, read_piece

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
    assert piece.planes[0, 0, 0, 72] and piece.planes[0, 2, 0, 36]
    assert piece.planes[0, 4, 0, [60, 64, 67]].all() and piece.planes[0, 5, 15, 60]
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


def test_too_little_is_said_before_training(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="no MIDI file"):
        read_folder(tmp_path)
    tune(tmp_path / "short.mid", bars=4)
    with pytest.raises(UnusableError, match="1 of 1 files can be used, with 1 windows"):
        read_folder(tmp_path)
    with pytest.raises(UnusableError, match="not a folder"):
        read_folder(tmp_path / "short.mid")
