"""`from FOLDER`: fine-tunes the shipped model on a user's MIDI files and installs it in the user's data folder."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..adversarial.session import kept_settings, run
from ..adversarial.settings import Settings
from ..base.contract import GENRE_IDS, PARTS, Genre
from ..base.errors import StepError
from ..data.windows import Windows
from ..export.onnx_files import export
from ..export.onnx_weights import load, metadata, size_of
from ..networks.checkpoint import under
from ..networks.generator import Generator, Size
from ..networks.style_encoder import StyleEncoder
from .own_files import Piece, read_folder
from .own_models import data_folder, slug, whole_or_nothing


class OwnWindows(Windows):
    """The windows of the user's files, all of one genre."""

    def __init__(self, pieces: list[Piece], genre: int) -> None:
        counts = [len(p.planes) for p in pieces]
        self.planes = np.concatenate([p.planes for p in pieces])
        self.drums = np.concatenate([p.drums for p in pieces])
        self.velocity = np.concatenate([p.velocity for p in pieces])
        self.timing = np.concatenate([p.timing for p in pieces])
        self.piece = np.repeat(np.arange(len(pieces)), counts).astype(np.int32)
        self.meter = np.repeat([3 if p.three else 4 for p in pieces], counts).astype(np.uint8)
        self.genre = np.full(len(self.piece), genre, np.uint8)
        self.dataset = np.zeros(len(self.piece), np.uint8)
        self.validation = np.zeros(len(self.piece), bool)
        same = self.piece[1:] == self.piece[:-1]
        self.has_next, self.has_before = np.append(same, False), np.append(False, same)
        self.spans()

    def draw_probability(self, validation: bool) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Draws every window with a melody and an accompaniment equally often."""
        planes = self.planes.any(-1).any(-1)
        usable = planes[:, 1] & (planes[:, 3::2].any(1) | self.drums.any((1, 2)))
        return np.asarray(usable / usable.sum(), np.float64)


def read_style(encoder: StyleEncoder, windows: Windows) -> torch.Tensor:
    """The mean style of the windows [STYLE]."""
    from ..data.sampler import PLAIN, Sampler

    rows = np.nonzero(windows.draw_probability(False) > 0)[0][:256]
    found = []
    with torch.no_grad():
        for i in range(0, len(rows), 32):
            few = rows[i : i + 32]
            b = Sampler(windows, PLAIN, 0).make(few, np.zeros(len(few), np.int64))
            x = (b.full_melody, b.pitched, b.drums, b.exists, b.meter)
            found.append(encoder(*(torch.from_numpy(np.ascontiguousarray(v)) for v in x)))
    return torch.cat(found).mean(0)


#: How long it trains by default.
MINUTES = 5.0


def gentle(windows: Windows, minutes: float, threads: int) -> Settings:
    """Settings for few pieces: a low rate, no adversary (it would learn them by heart), and a fixed style space."""
    return Settings(
        batch=min(24, 2 * len(windows.piece)), rate=1e-4, warm_up=40, minutes=minutes, threads=threads, adversary=False,
        style_space=False, style_read=1.0, style_pull=0.0, style_named=0.0, kl_ramp=1, own_context=0.2, from_prior=0.3,
        picture_minutes=1e9, snapshot_steps=0, average=0.99,
    )  # fmt: skip


def finetune(
    folder: Path,
    name: str,
    start: Path,
    work: Path,
    minutes: float | None,
    threads: int,
    commit: str,
    resume: bool = False,
) -> Path:
    """Trains on the folder's files from the shipped model; returns the installed model's folder.

    Raises:
        StepError: the name or the files are not usable; or training was stopped before its end. Then nothing is
            installed, and the text says how to continue.
    """
    label = slug(name)
    encoder = StyleEncoder()
    if not start.with_name("style-encoder.onnx").exists():
        raise StepError(f"There is no style-encoder.onnx beside {start}; it is needed to read the style of your files.")
    load(encoder, start.with_name("style-encoder.onnx"), "encoder.")
    out = work / label
    given = {"threads": threads} | ({} if minutes is None else {"minutes": minutes})
    kept = kept_settings(out, given) if resume else None
    pieces, refused = read_folder(folder)
    for line in refused:
        print(f"left out: {line}")
    bars = sum(4 * len(p.planes) for p in pieces)
    windows = OwnWindows(pieces, GENRE_IDS.index("pop"))
    settings = kept or gentle(windows, MINUTES if minutes is None else minutes, threads)
    print(f"{len(pieces)} files, {bars} bars; training for {settings.minutes:g} minutes", flush=True)
    style = read_style(encoder.eval(), windows)
    points = Generator(size_of(start))
    load(points, start, "generator.")
    windows.genre[:] = int(((points.styles.weight.detach() - style) ** 2).sum(1).argmin())
    again = f"cargo xtask train --from {shlex.quote(str(folder))} --name {shlex.quote(name)} --resume"
    trainer = run(out, out, settings, resume, start, windows, again=again)
    if trainer.done() < 1:
        raise StepError(
            f"Training stopped after {trainer.seconds / 60:.1f} of {settings.minutes:g} minutes, so nothing was "
            f"installed. Its progress is in {out / 'checkpoint.pt'}. Continue with\n  {again}\n"
            f"or install this state with\n  {again} --minutes {max(trainer.seconds / 60 - 0.01, 0.01):.2f}"
        )
    weights = under("generator.", trainer.average)
    generator = Generator(Size.of(weights))
    generator.load_state_dict(weights)
    drums = windows.drums.any()
    listed = np.asarray(windows.planes[:, 2::2].any((0, 2, 3)))
    parts = tuple(p for p, has in zip(PARTS, (drums, *listed), strict=True) if has)
    genre = Genre(label, name, parts, {"bass": 33, "chords": 0, "strings": 48, "counter": 73})
    model = json.loads(metadata(start)["continuo.model"])
    training = {
        "data": [f"{len(pieces)} files of {folder.name}", f"from {model['name']} {model['version']}"],
        "steps": trainer.step,
        "seconds": round(trainer.seconds),
        "commit": commit,
        "hardware": str(trainer.device),
    }
    target = data_folder() / "models" / label
    extra = (genre, [round(float(x), 6) for x in style])
    with whole_or_nothing(target) as new:
        export(generator, new / "continuo.onnx", training, label, "1.0.0", extra)
        for helper in ("conductor.onnx", "harmonizer.onnx", "style-encoder.onnx"):
            if start.with_name(helper).exists():
                shutil.copyfile(start.with_name(helper), new / helper)
    print(f"Installed: {target}\nPlay with it: continuo model --use {label}", flush=True)
    return target
