"""Batches as the networks read them."""

from __future__ import annotations

import torch
from torch import Tensor

from ..data.batch import Batch, BatchOf
from .generator import Conditions

#: A batch as the networks read it.
TensorBatch = BatchOf[Tensor]


def tensors(batch: Batch, device: torch.device | None = None) -> TensorBatch:
    """The same batch as tensors."""
    found = TensorBatch(*(torch.from_numpy(x) for x in batch))
    return (
        found
        if device is None or device.type == "cpu"
        else TensorBatch(*(x.to(device, non_blocking=True) for x in found))
    )


def conditions(b: TensorBatch, style: Tensor) -> Conditions:
    """The generator's inputs from a batch of tensors."""
    return Conditions(
        b.melody, b.heard, b.context, b.context_drums, b.given, b.given_drums, b.given_parts, style, b.meter
    )
