import json
import signal
from pathlib import Path
from typing import Any

import mido
import pytest
import torch

from continuo_training.adversarial.trainer import Trainer
from continuo_training.base.contract import GENRE_IDS
from continuo_training.base.errors import StepError
from continuo_training.export.onnx_weights import genre_points, metadata
from continuo_training.finetune.fine_tuning import finetune
from continuo_training.finetune.own_models import slug, whole_or_nothing

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


@pytest.fixture
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(8):
        tune(folder / f"{number}.mid", 36 + number)
    (folder / "broken.mid").write_bytes(b"no notes")
    monkeypatch.setenv("CONTINUO_DATA", str(tmp_path / "data"))
    return folder


def test_own_files_become_an_installed_model(
    own_files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = finetune(own_files, "My own", SHIPPED, tmp_path / "work", 0.02, 1, "")
    assert installed == tmp_path / "data" / "models" / "my-own"
    assert [p.name for p in installed.parent.iterdir()] == ["my-own"]
    found = sorted(p.name for p in installed.iterdir())
    # The tools' networks have no genre, so the built-in ones serve.
    assert found == ["conductor.onnx", "continuo.onnx", "encoder.onnx", "harmonizer.onnx", "style-encoder.onnx"]
    model = json.loads(metadata(installed / "continuo.onnx")["continuo.model"])
    # Projects refer to a genre by its place: the shipped ones keep theirs, and the new one comes after them.
    assert [g["id"] for g in model["genres"]] == [*GENRE_IDS, "my-own"]
    assert model["genres"][-1]["name"] == "My own" and model["default_genre"] == "my-own"
    assert torch.equal(genre_points(installed / "continuo.onnx"), genre_points(SHIPPED))
    assert "continuo model --use my-own" in capsys.readouterr().out


def test_a_stopped_run_installs_nothing_and_can_continue(
    own_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Trainer.train_step

    def interrupted(self: Trainer, b: Any) -> dict[str, float]:
        signal.raise_signal(signal.SIGINT)
        return step(self, b)

    with monkeypatch.context() as during:
        during.setattr(Trainer, "train_step", interrupted)
        with pytest.raises(StepError, match="nothing was installed") as stopped:
            finetune(own_files, "Stopped", SHIPPED, tmp_path / "work", 5.0, 1, "")
    assert (tmp_path / "work" / "stopped" / "checkpoint.pt").exists() and "--resume" in str(stopped.value)
    assert not (tmp_path / "data").exists()
    # As the message says, a smaller number of minutes installs the present state.
    installed = finetune(own_files, "Stopped", SHIPPED, tmp_path / "work", 1e-4, 1, "", resume=True)
    assert json.loads(metadata(installed / "continuo.onnx")["continuo.model"])["training"]["steps"] == 1


def test_resuming_needs_a_run(own_files: Path, tmp_path: Path) -> None:
    with pytest.raises(StepError, match="no run to continue"):
        finetune(own_files, "None", SHIPPED, tmp_path / "work", 1.0, 1, "", resume=True)


@pytest.mark.parametrize("name", ["pop", "Jazz", "Classical song", "Built-in", "NUL", "…", "x" * 61])
def test_taken_and_invalid_names_are_refused(name: str) -> None:
    with pytest.raises(StepError):
        slug(name)


def test_a_folder_replaces_another_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "models" / "mine"
    with whole_or_nothing(target) as new:
        (new / "a").write_text("first")
        assert not target.exists() and new.name.startswith(".")
    with pytest.raises(OSError), whole_or_nothing(target) as new:
        (new / "a").write_text("half")
        raise OSError("the disk is full")
    assert (target / "a").read_text() == "first"
    with whole_or_nothing(target) as new:
        (new / "a").write_text("second")
    assert (target / "a").read_text() == "second"
    assert [p.name for p in target.parent.iterdir()] == ["mine"]
