"""Loads the networks to measure, from a checkpoint or from exported files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ..networks.checkpoint import checkpoint, under
from ..networks.discriminator import Conductor, Discriminator, JudgeSize, plain
from ..networks.generator import Generator, Size
from ..networks.style_encoder import StyleEncoder
from .onnx_generator import GeneratorLike, OnnxGenerator


@dataclass
class Networks:
    """The networks of a checkpoint or of a folder of exported files."""

    generator: GeneratorLike
    encoder: StyleEncoder | None
    conductor: Conductor | None
    facts: dict[str, Any]


def trained(path: Path) -> Generator:
    """The averaged generator of a checkpoint or snapshot."""
    weights = under("generator.", checkpoint(path)["average"])
    generator = Generator(Size.of(weights))
    generator.load_state_dict(weights)
    return generator.eval()


def load_networks(path: Path) -> Networks:
    """The averaged networks of a checkpoint or snapshot (.pt), or an exported generator and its neighbours."""
    if path.suffix == ".onnx":
        from ..export.onnx_weights import conductor_of, load

        beside = path.with_name("style-encoder.onnx")
        encoder = StyleEncoder() if beside.exists() else None
        if encoder is not None:
            load(encoder, beside, "encoder.")
        beside = path.with_name("conductor.onnx")
        conductor = conductor_of(beside) if beside.exists() else None
        return Networks(OnnxGenerator(path), encoder and encoder.eval(), conductor, {"step": 0, "seconds": 0.0})
    found, generator = checkpoint(path), trained(path)
    averages: dict[str, torch.Tensor] = found["average"]
    encoder = StyleEncoder()
    encoder.load_state_dict(under("encoder.", averages))
    facts = {k: found[k] for k in ("step", "seconds", "settings")}
    if not found["settings"]["adversary"]:
        return Networks(generator, encoder.eval(), None, facts)
    weights = under("adversary.", found.get("game", averages))
    judge = Discriminator(JudgeSize.of(weights))
    judge.load_state_dict(weights)
    return Networks(generator, encoder.eval(), Conductor(plain(judge)).eval(), facts)
