"""A smaller decoder made of the larger one's parts, from which its training begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

import torch
from torch import Tensor, nn

from ..networks.generator import Generator, Size
from .examples import Takes
from .lesson import Lesson


@contextmanager
def inputs_of(layers: dict[str, nn.Module]) -> Iterator[dict[str, Tensor]]:
    """The mean size of each input number of some layers, for what is computed meanwhile."""
    found: dict[str, Tensor] = {}

    def keeper(name: str) -> object:
        def keep(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            found[name] = inputs[0].float().abs().flatten(0, -2).mean(0)

        return keep

    handles = [layer.register_forward_pre_hook(keeper(name)) for name, layer in layers.items()]  # type: ignore[arg-type]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


def strongest(size: Tensor, weight: Tensor, count: int) -> Tensor:
    """The units that move the next layer most, in their order: how large they are times how much they weigh there."""
    found: Tensor = (size * weight.norm(dim=0)).topk(count).indices.sort().values
    return found


def with_units(state: dict[str, Tensor], grow: str, shrink: tuple[str, ...], units: Tensor) -> None:
    """Keeps only some units between two layers, in place."""
    state[f"{grow}.weight"], state[f"{grow}.bias"] = state[f"{grow}.weight"][units], state[f"{grow}.bias"][units]
    for name in shrink:
        state[f"{name}.weight"] = state[f"{name}.weight"][:, units]


def pruned(teacher: Generator, size: Size, blocks: tuple[int, ...], takes: Takes) -> Generator:
    """A generator of a smaller decoder: some of the teacher's blocks, and its strongest units, as these takes show."""
    layers: dict[str, nn.Module] = {f"decoder.{i}": b.get_submodule("shrink") for i, b in enumerate(teacher.decoder)}
    layers |= {"voicing": teacher.voicing.shrink, "head": teacher.out_pitched}
    with torch.no_grad(), inputs_of(layers) as sizes:
        Lesson(teacher).truth(takes)
    state = {n: x.clone() for n, x in teacher.state_dict().items() if not n.startswith("decoder.")}
    for place, number in enumerate(blocks):
        block = {n: x.clone() for n, x in teacher.decoder[number].state_dict().items()}
        units = strongest(sizes[f"decoder.{number}"], block["shrink.weight"], size.in_decoder)
        with_units(block, "grow", ("shrink",), units)
        state |= {f"decoder.{place}.{n}": x for n, x in block.items()}
    units = strongest(sizes["voicing"], state["voicing.shrink.weight"], size.in_voicing)
    with_units(state, "voicing.grow", ("voicing.shrink",), units)
    units = strongest(sizes["head"], state["out_pitched.weight"], size.head)
    with_units(state, "head", ("out_pitched", "out_drums"), units)
    student = Generator(size, len(teacher.styles.weight))
    student.load_state_dict(state)
    return student


def best_start(teacher: Generator, size: Size, takes: Takes) -> Generator:
    """The pruned generator whose blocks are the best choice before training."""
    lesson = Lesson(teacher)
    truth = lesson.truth(takes)
    found: tuple[float, Generator] | None = None
    for blocks in combinations(range(teacher.size.decoder), size.decoder):
        student = pruned(teacher, size, blocks, takes)
        with torch.no_grad():
            loss = float(lesson.loss(student.eval(), takes, truth))
        print(f"blocks {blocks}: {loss:.1f}", flush=True)
        if found is None or loss < found[0]:
            found = loss, student
    assert found is not None
    return found[1]
