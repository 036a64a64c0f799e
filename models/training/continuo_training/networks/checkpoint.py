"""What a training run saves, read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch


def checkpoint(path: Path, where: torch.device | str = "cpu") -> dict[str, Any]:
    """What a run saved. PyTorch 2.0 and later refuses a file that could run code."""
    plain_only = int(torch.__version__.split(".")[0]) >= 2
    found: dict[str, Any] = torch.load(path, weights_only=plain_only, map_location=where)
    return found


def under(prefix: str, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The weights of one network of a run, by their names inside it, on the processor."""
    return {n.removeprefix(prefix): x.cpu() for n, x in weights.items() if n.startswith(prefix)}
