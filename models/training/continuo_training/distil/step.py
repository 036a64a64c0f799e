"""Trains the smaller networks beside the shipped ones, and writes the files that they make together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ..base.contract import CONDUCTOR_INPUTS, GENERATOR_FILE
from ..base.errors import StepError
from ..export import reference_outputs
from ..export.modules import conductor_inputs
from ..export.onnx_files import export, write
from ..export.onnx_weights import conductor_of, generator_of, metadata
from ..melodies.averaged import Minutes, steps_of
from ..networks.checkpoint import checkpoint
from ..networks.discriminator import Conductor
from ..networks.generator import Generator, Size
from . import conductor_training, decoder_training, encoder_training
from .assembled import assembled

#: What can be made smaller.
NETWORKS = ("encoder", "decoder", "conductor")
CONDUCTOR_FILE = "conductor.onnx"


def train(name: str, models: Path, prepared: Path, folder: Path, minutes: Minutes) -> None:
    """Trains one smaller network on what the one in `models` does; its checkpoint lies in `folder`."""
    teacher, kept = generator_of(models / GENERATOR_FILE), folder / f"{name}.pt"
    if name == "decoder":
        decoder_training.run(teacher, prepared, kept, minutes)
    elif name == "encoder":
        size = replace(
            teacher.size,
            encoder=encoder_training.READ,
            guide=encoder_training.GUIDE,
            hidden=encoder_training.HIDDEN,
            decoder_hidden=teacher.size.in_decoder,
        )
        encoder_training.run(teacher, size, prepared, kept, minutes)
    else:
        conductor_training.run(teacher, conductor_of(models / CONDUCTOR_FILE), prepared, kept, minutes)


def _weights(path: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = checkpoint(path)["average"]
    return found


def _generator(path: Path) -> Generator | None:
    if not path.exists():
        return None
    weights = _weights(path)
    generator = Generator(Size.of(weights))
    generator.load_state_dict(weights)
    return generator


def write_files(folder: Path, models: Path, version: str, commit: str, hardware: str) -> list[str]:
    """Writes the files of the smaller networks that were trained into `models`; returns their names.

    Raises:
        StepError: nothing was trained.
    """
    trained = [name for name in NETWORKS if (folder / f"{name}.pt").exists()]
    if not trained:
        raise StepError(f"There is no checkpoint in {folder}: run `distil` without --export-only first.")
    teacher = generator_of(models / GENERATOR_FILE)
    before = {name: _facts(models / name) for name in (GENERATOR_FILE, CONDUCTOR_FILE) if (models / name).exists()}

    def training(file: str, names: tuple[str, ...]) -> dict[str, Any]:
        counts = [steps_of(folder / f"{name}.pt") for name in names if name in trained]
        spent = {"steps": sum(steps for steps, _ in counts), "seconds": sum(seconds for _, seconds in counts)}
        known: dict[str, Any] = before[file]["training"]
        return known | spent | {"commit": commit, "hardware": hardware}

    written = []
    if {"encoder", "decoder"} & set(trained):
        generator = assembled(teacher, *(_generator(folder / f"{name}.pt") for name in ("encoder", "decoder")))
        facts = training(GENERATOR_FILE, ("encoder", "decoder"))
        export(generator, models / GENERATOR_FILE, facts, before[GENERATOR_FILE]["name"], version)
        written.append(GENERATOR_FILE)
    if "conductor" in trained:
        weights = _weights(folder / "conductor.pt")
        judge = conductor_training.plain_judge(conductor_training.HIDDEN, conductor_training.LAYERS)
        conductor = Conductor(judge)
        conductor.load_state_dict(weights)
        facts = before[CONDUCTOR_FILE] | {"version": version, "training": training(CONDUCTOR_FILE, ("conductor",))}
        write(conductor, conductor_inputs(), (CONDUCTOR_INPUTS, ("score",)), facts, models / CONDUCTOR_FILE)
        written.append(CONDUCTOR_FILE)
    reference_outputs.write(models, reference_outputs.read_back(models))
    return written


def _facts(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(metadata(path)["continuo.model"])
    return found
