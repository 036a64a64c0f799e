"""One training of the chord plan: encodes the windows, trains, and puts the plan into the checkpoint it began with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from ..base.errors import StepError
from ..data.lead_sheets import read_lead_sheets
from ..data.sampler import Sampler, Variation
from ..data.windows import Windows
from ..networks.checkpoint import checkpoint, under
from ..networks.generator import Generator
from .examples import Examples, SheetSampler, of_sheets, of_windows
from .plan_figures import table
from .plan_training import PlanSettings, PlanTraining, ready_to_learn, train

#: How many windows of each kind are encoded: of the data sets and of lead sheets, to learn from and to measure.
WINDOWS, SHEETS, MEASURED = 50_000, 90_000, 4_000
#: Validation windows are shown as they are.
AS_THEY_ARE = Variation("all", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def _kept(path: Path, make: Callable[[], Iterator[Examples]]) -> Examples:
    """Examples from a file of an earlier run, or made now."""
    if not path.exists():
        print(f"encoding {path.stem}", flush=True)
        found = Examples.joined(list(make()))
        temporary = path.with_suffix(".tmp.npz")
        found.save(temporary)
        temporary.replace(path)
    return Examples.load(path)


def run(prepared: Path, sheets: Path, out: Path, start: Path, settings: PlanSettings, threads: int) -> None:
    """Trains the plan of a checkpoint and replaces it there.

    The encoded windows stay in `out`, for another training with the same encoder.

    Raises:
        StepError: the checkpoint, the windows or the lead sheets are missing.
    """
    if not start.exists():
        raise StepError(f"There is no checkpoint {start}: the plan belongs to a generator; train that first.")
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    state = checkpoint(start)
    generator = Generator()
    generator.load_state_dict(under("generator.", state["average"]))
    generator.eval()
    windows, songs = Windows(prepared), read_lead_sheets(sheets)
    known, held = ([s for s in songs if s.validation == side] for side in (False, True))
    seed = settings.seed
    learn = Examples.joined(
        [
            _kept(out / "windows.npz", lambda: of_windows(generator, Sampler(windows, Variation(), seed), WINDOWS)),
            _kept(out / "sheets.npz", lambda: _of_sheets(generator, SheetSampler(known, seed), SHEETS)),
        ]
    )
    measured = {
        "windows": _kept(
            out / "measured-windows.npz",
            lambda: of_windows(generator, Sampler(windows, AS_THEY_ARE, seed, True), MEASURED),
        ),
        "lead sheets": _kept(
            out / "measured-sheets.npz", lambda: _of_sheets(generator, SheetSampler(held, seed, True), 0)
        ),
    }
    ready_to_learn(generator.plan, learn.chords, learn.basses)
    training = PlanTraining(generator.plan.train(), settings)

    def look(now: PlanTraining) -> None:
        for name, examples in measured.items():
            for sung in (True, False):
                rows = np.flatnonzero(examples.melody == sung)
                if len(rows):
                    print(
                        f"{name}, {'with' if sung else 'without'} a melody\n{table(now.average, examples.rows(rows))}"
                    )

    train(training, lambda: learn, look)
    plan = {f"generator.plan.{n}": x for n, x in training.average.state_dict().items()}
    state["average"] |= plan
    state["game"] |= plan
    temporary = start.with_suffix(".tmp")
    torch.save(state, temporary)
    temporary.replace(start)
    print(f"The plan of {start} was replaced after {training.step} steps.")


def _of_sheets(generator: Generator, sampler: SheetSampler, count: int) -> Iterator[Examples]:
    """Examples from lead sheets: as many as wanted, or all windows once."""
    return of_sheets(generator, sampler, sampler.drawn(count) if count else sampler.all_windows())
