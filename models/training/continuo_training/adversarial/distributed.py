"""Training in several processes under `torchrun`: each has its own windows, and they average their gradients."""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import Tensor, distributed, nn


def start() -> None:
    """Joins the other processes when `torchrun` started this one."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized():
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def rank() -> int:
    """This process's number; 0 writes the files."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def device() -> torch.device:
    """The GPU of this process, or the processor."""
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return torch.device("cpu")


def fused(where: torch.device) -> dict[str, Any]:
    """AdamW's option for its fused form, where PyTorch has one: on processors since 2.4, on GPUs since 2.0."""
    major, minor = (int(x) for x in torch.__version__.split(".")[:2])
    return {"fused": True} if (major, minor) >= ((2, 0) if where.type == "cuda" else (2, 4)) else {}


def average(values: list[Tensor]) -> None:
    """Replaces each tensor by its mean over all processes."""
    if not distributed.is_initialized():
        return
    flat = torch.cat([v.flatten() for v in values])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    place = 0
    for value in values:
        value.copy_(flat[place : place + value.numel()].view_as(value))
        place += value.numel()


def average_gradients(parameters: list[nn.Parameter]) -> None:
    """Averages the gradients over all processes; an unused weight has gradient 0."""
    if not distributed.is_initialized():
        return
    for p in parameters:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    average([p.grad for p in parameters if p.grad is not None])


def agreed(seconds: float, end: bool, where: torch.device) -> tuple[float, bool]:
    """The first process's time, and whether any process is to end, so that all stay in step."""
    if not distributed.is_initialized():
        return seconds, end
    said = torch.tensor([seconds if rank() == 0 else 0.0, float(end)], device=where, dtype=torch.float64)
    distributed.all_reduce(said)
    return float(said[0]), bool(said[1] > 0)


def same_weights(module: nn.Module) -> None:
    """Gives every process the first one's weights."""
    if distributed.is_initialized():
        for value in module.state_dict().values():
            distributed.broadcast(value, 0)
