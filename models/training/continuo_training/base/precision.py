"""In which precision a processor trains."""

from __future__ import annotations

import time
from functools import cache

import torch

#: The measured product's rows and columns, and how often it is made.
SIZE, TURNS = 512, 7


@cache
def bfloat16_is_faster() -> bool:
    """Whether this processor multiplies matrices faster in bfloat16 than in 32 bits.

    Where it has no instructions for bfloat16 the numbers are converted around each product, and a training step takes
    about twice as long.
    """
    seconds = dict[torch.dtype, float]()
    for kind in (torch.float32, torch.bfloat16):
        one = torch.ones(SIZE, SIZE, dtype=kind)
        found = list[float]()
        for _ in range(TURNS):
            begun = time.perf_counter()
            torch.mm(one, one)
            found.append(time.perf_counter() - begun)
        seconds[kind] = min(found)
    return seconds[torch.bfloat16] < seconds[torch.float32]


def on_processor() -> torch.autocast:
    """The context in which a network trains on the processor: in bfloat16 where that is faster."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bfloat16_is_faster())
