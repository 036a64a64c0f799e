from pathlib import Path

import mido
import pytest

from continuo_training.finetune import finetune
from continuo_training.weights import metadata

SHIPPED = Path(__file__).resolve().parents[2] / "continuo.onnx"


def tune(path: Path, lowest: int) -> None:
    """Sixteen bars of a melody over a bass, a note a beat."""
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    for name, pitch in (("Melody", lowest + 24), ("Bass", lowest)):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        for beat in range(64):
            track.append(mido.Message("note_on", note=pitch + beat % 5, velocity=90))
            track.append(mido.Message("note_off", note=pitch + beat % 5, time=480))
        file.tracks.append(track)
    file.save(path)


def test_own_files_become_an_installed_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(8):
        tune(folder / f"{number}.mid", 36 + number)
    (folder / "broken.mid").write_bytes(b"no notes")
    monkeypatch.setenv("CONTINUO_DATA", str(tmp_path / "data"))
    installed = finetune(folder, "My own", SHIPPED, tmp_path / "work", 0.02, 1, "")
    assert installed == tmp_path / "data" / "models" / "my-own"
    found = sorted(p.name for p in installed.iterdir())
    assert found == sorted(p.name for p in SHIPPED.parent.glob("*.onnx"))
    assert '"My own"' in metadata(installed / "continuo.onnx")["continuo.model"]
