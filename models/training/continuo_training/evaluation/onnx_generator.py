"""An exported generator in ONNX Runtime, so that the shipped file itself is measured, and older networks can be."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from ..base.contract import INPUT_NAMES
from ..export.onnx_weights import genre_points
from ..networks.generator import Conditions

Outputs = tuple[Tensor, Tensor, Tensor, Tensor]


class GeneratorLike(Protocol):
    """A generator, in PyTorch or in ONNX Runtime."""

    styles: nn.Embedding

    def __call__(self, c: Conditions, noise: Tensor) -> Outputs:
        """The contract's outputs."""
        ...


class OnnxGenerator:
    """A generator's file in ONNX Runtime, with the points of its genres."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.styles = nn.Embedding.from_pretrained(genre_points(path))

    def __call__(self, c: Conditions, noise: Tensor) -> Outputs:
        """The contract's outputs."""
        values = {**c._asdict(), "noise": noise}
        found = self.session.run(None, {n: values[n].detach().contiguous().numpy() for n in INPUT_NAMES})
        pitched, drums, velocity, timing = (torch.from_numpy(x) for x in found)
        return pitched, drums, velocity, timing
