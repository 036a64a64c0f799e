"""An exported generator in ONNX Runtime, so that the shipped file itself is measured, and older networks can be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from ..base.contract import DECODER_INPUTS, ENCODER_FILE, ENCODER_INPUTS, SLOTS, WHOLE_INPUTS
from ..export.onnx_weights import genre_points, metadata
from ..musical.chord_vocabulary import CHORD_SIZE
from ..networks.generator import Conditions

Outputs = tuple[Tensor, Tensor, Tensor, Tensor]


class GeneratorLike(Protocol):
    """A generator, in PyTorch or in ONNX Runtime."""

    styles: nn.Embedding

    def __call__(self, c: Conditions, noise: Tensor) -> Outputs:
        """The contract's outputs."""
        ...


class OnnxGenerator:
    """A generator's files in ONNX Runtime, with the points of its genres; also of contracts 1 and 2, one file each."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()

        def session(file: Path) -> onnxruntime.InferenceSession:
            return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

        self.session = session(path)
        facts = json.loads(metadata(path)["continuo.model"])
        self.encoder = session(path.with_name(ENCODER_FILE)) if "encoder" in facts else None
        self.styles = nn.Embedding.from_pretrained(genre_points(path))

    def __call__(self, c: Conditions, noise: Tensor) -> Outputs:
        """The contract's outputs, where no chord is given."""
        pitched, drums, velocity, timing = self.run(c, noise)[:4]
        return pitched, drums, velocity, timing

    def run(
        self, c: Conditions, noise: Tensor, given: Tensor | None = None, is_given: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """All outputs; given chords need a file of contract 3."""
        values = {**c._asdict(), "noise": noise}
        if self.encoder is None:
            return self._found(self.session, WHOLE_INPUTS, values)
        values["encoded"] = self._found(self.encoder, ENCODER_INPUTS, values)[0]
        none = torch.zeros(len(noise), SLOTS)
        values["chords_given"] = none if is_given is None else is_given
        values["given_chords"] = torch.zeros(len(noise), SLOTS, CHORD_SIZE) if given is None else given
        return self._found(self.session, DECODER_INPUTS, values)

    @staticmethod
    def _found(session: Any, names: tuple[str, ...], values: dict[str, Tensor]) -> tuple[Tensor, ...]:
        found = session.run(None, {n: values[n].detach().contiguous().numpy() for n in names})
        return tuple(torch.from_numpy(x) for x in found)
