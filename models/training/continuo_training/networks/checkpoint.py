"""What a training run saves, read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch


def checkpoint(path: Path, where: torch.device | str = "cpu") -> dict[str, Any]:
    """What a run saved. A file that could run code is refused, where PyTorch can read plain numbers without (2.0)."""
    plain_only = int(torch.__version__.split(".")[0]) >= 2
    found: dict[str, Any] = torch.load(path, weights_only=plain_only, map_location=where)
    return found


def under(prefix: str, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """One network's weights out of a whole run's, by their own names, on the processor."""
    return {n.removeprefix(prefix): x.cpu() for n, x in weights.items() if n.startswith(prefix)}
