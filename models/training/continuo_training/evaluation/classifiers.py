"""Small classifiers for the report: the genre of a window, and whether it is real."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..base.arrays import Floats
from ..base.contract import STYLE
from ..networks.style_encoder import StyleEncoder

#: Windows of a training step.
BATCH = 48


class WindowClassifier(nn.Module):
    """A network like the style encoder, with a score for each class."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.reader = StyleEncoder(width=96, hidden=192, layers=2)
        self.scores = nn.Linear(STYLE, classes)
        for layer in (self.reader.melody, self.reader.pitched, self.reader.drums):
            # Planes are nearly empty: unless notes weigh as much as places, such short training never sees them.
            nn.init.normal_(layer.weight, std=0.3)

    def forward(self, x: list[Tensor]) -> Tensor:
        out: Tensor = self.scores(torch.tanh(self.reader(*x)))
        return out


def inputs(melody: Floats, pitched: Floats, drums: Floats, parts: Floats, meter: Floats) -> list[Tensor]:
    """A classifier's inputs."""
    return [torch.from_numpy(np.ascontiguousarray(x, np.float32)) for x in (melody, pitched, drums, parts, meter)]


def fit(x: list[Tensor], label: NDArray[np.int64], classes: int, steps: int, seed: int) -> WindowClassifier:
    """Trains on these windows, each step at another random transposition."""
    torch.manual_seed(seed)
    model = WindowClassifier(classes)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1.5e-3, weight_decay=0.05)
    target = torch.from_numpy(label)
    random = torch.Generator().manual_seed(seed)
    for step in range(steps):
        rows = torch.randint(len(label), (BATCH,), generator=random)
        melody, pitched, drums, parts, meter = (v[rows] for v in x)
        move = int(torch.randint(-3, 4, (1,), generator=random))
        melody, pitched = melody.roll(move, -1), pitched.roll(move, -1)
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * min(1.0, (step + 1) / 20) * (1 - step / steps) + 1e-5
        loss = nn.functional.cross_entropy(model([melody, pitched, drums, parts, meter]), target[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model.eval()


def scores(model: WindowClassifier, x: list[Tensor]) -> Floats:
    """[N, classes]: the scores of all windows."""
    with torch.no_grad():
        return torch.cat([model([v[i : i + 64] for v in x]) for i in range(0, len(x[0]), 64)]).numpy()


def area_under_curve(score: Floats, real: NDArray[np.bool_]) -> float:
    """The chance that a real window scores higher than a generated one (ties count half)."""
    _, places, counts = np.unique(score, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    ranks = (last - (counts - 1) / 2)[places]
    positive, negative = int(real.sum()), int((~real).sum())
    return float((ranks[real].sum() - positive * (positive + 1) / 2) / (positive * negative))
