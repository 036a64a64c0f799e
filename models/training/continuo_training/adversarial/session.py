"""One training run: batches from a thread, progress with the time left, checkpoints, pictures, and a clean end."""

from __future__ import annotations

import json
import queue
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from ..base.errors import StepError
from ..data.sampler import Sampler, Variation
from ..data.windows import Windows
from ..evaluation.comparison import quick
from ..evaluation.sample_rolls import samples
from ..networks.batches import TensorBatch, tensors
from ..networks.checkpoint import checkpoint, under
from ..networks.discriminator import JudgeSize
from ..networks.generator import Generator, Size
from . import distributed
from .settings import Settings, continued
from .trainer import Trainer

#: Seconds between checkpoints.
CHECKPOINT_EVERY = 180
#: Steps between lines of progress.
LINE_EVERY = 50
#: The figures in a line of progress.
SHOWN = (
    *("notes", "strokes", "kl", "chords", "timing", "velocity", "monophonic", "style_right"),
    *("real", "fake", "wrong", "told_apart", "steepness", "score", "best", "away", "off"),
)


def kept_checkpoint(out: Path) -> Path:
    """The checkpoint of the run in a folder.

    Raises:
        StepError: there is no checkpoint.
    """
    found = out / "checkpoint.pt"
    if not found.exists():
        raise StepError(f"There is no run to continue: {found} does not exist. Leave out --resume to begin one.")
    return found


def kept_settings(out: Path, given: Mapping[str, Any]) -> Settings:
    """The settings of the run in a folder, replaced by those given now.

    Raises:
        StepError: there is no run, or it cannot continue with the given settings.
    """
    return continued(checkpoint(kept_checkpoint(out))["settings"], given)


def stream(sampler: Sampler, size: int, device: torch.device) -> Iterator[TensorBatch]:
    """Batches, made ahead in a thread.

    The thread owns the sampler; batches and errors reach the run through the queue alone."""
    ready: queue.Queue[TensorBatch | Exception] = queue.Queue(3)

    def work() -> None:
        try:
            while True:
                ready.put(tensors(sampler.batch(size), device))
        except Exception as error:  # raised again in the run's own thread
            ready.put(error)

    threading.Thread(target=work, daemon=True).start()
    while True:
        found = ready.get()
        if isinstance(found, Exception):
            raise found
        yield found


@contextmanager
def asked_to_end() -> Iterator[list[int]]:
    """A list that collects the signals to end (Ctrl-C among them), instead of ending the process at once."""
    asked: list[int] = []
    before = {n: signal.signal(n, lambda n, _frame: asked.append(n)) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def line(record: dict[str, float], left: float) -> str:
    """A line of progress."""
    shown = " ".join(f"{n} {record[n]:.3g}" for n in SHOWN if n in record)
    return f"step {record['step']:.0f}, {record['seconds'] / 60:.1f} min, {left / 60:.0f} min left: {shown}"


def _look(trainer: Trainer, windows: Windows, out: Path) -> None:
    """Draws sample rolls of the averaged generator, and measures it on some validation windows."""
    generator = Generator(trainer.game.generator.size)
    generator.load_state_dict(under("generator.", trainer.average))
    samples(generator.eval(), out / f"samples-{trainer.step:06d}.png")
    if windows.validation.any():
        gap, in_acc = quick(generator, windows)
        print(f"step {trainer.step}: median gap {gap:.2f}, melody followed {in_acc:.2f}", flush=True)


class _Pace:
    """Estimates the time left from the steps so far."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.seconds, self.done = trainer, trainer.seconds, trainer.done()

    def left(self) -> float:
        """The seconds left."""
        gone, share = self.trainer.seconds - self.seconds, self.trainer.done() - self.done
        return gone / share * (1 - self.trainer.done()) if share > 0 else 0.0


def run(
    data: Path,
    out: Path,
    settings: Settings,
    resume: bool,
    start: Path | None = None,
    windows: Windows | None = None,
    size: Size | None = None,
    again: str = "train --resume",
) -> Trainer:
    """Trains to the settings' end, or until a signal; `resume` continues a stopped run.

    `again` is the command that the message of a stopped run names.

    Raises:
        StepError: there is no checkpoint to continue, there are no prepared windows, or a loss diverges.
    """
    distributed.start()
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.threads)
    judge: JudgeSize | None = None
    if size is None and resume:
        kept = checkpoint(kept_checkpoint(out))["game"]
        size, judge = Size.of(under("generator.", kept)), JudgeSize.of(under("adversary.", kept))
    elif size is None and start is not None and start.suffix == ".onnx":
        from ..export.onnx_weights import judge_size_of, size_of

        size, judge = size_of(start), judge_size_of(start.with_name("conductor.onnx"))
    trainer = Trainer(settings, size, judge)
    saved_to = out / "checkpoint.pt"
    first = distributed.rank() == 0
    if resume:
        trainer.load(kept_checkpoint(out))
    else:
        if start is not None:
            missing = trainer.start_from(start)
            modules = sorted({n.split(".")[0] + "." + n.split(".")[1] for n in missing})
            if first:
                print(f"Starting from {start.name}; without weights for: {', '.join(modules)}", flush=True)
        (out / "log.jsonl").unlink(missing_ok=True)
    distributed.same_weights(trainer.game)
    windows = windows or Windows(data)
    sampler = Sampler(windows, Variation(), settings.seed + trainer.step + 7919 * distributed.rank())
    batches = stream(sampler, settings.batch, trainer.device)
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    pace = _Pace(trainer)
    line_at = trainer.step + LINE_EVERY
    before = saved = pictured = time.monotonic()
    with asked_to_end() as asked:
        while trainer.done() < 1:
            for name, value in trainer.train_step(next(batches)).items():
                sums[name] = sums.get(name, 0.0) + value
                counts[name] = counts.get(name, 0) + 1
            now = time.monotonic()
            seconds = trainer.seconds + now - before
            before = now
            trainer.seconds, end = distributed.agreed(seconds, bool(asked), trainer.device)
            if end:
                break
            if not first:
                continue
            if trainer.step >= line_at:
                line_at = trainer.step + LINE_EVERY
                record = {"step": float(trainer.step), "seconds": round(trainer.seconds)} | {
                    k: round(v / counts[k], 4) for k, v in sums.items()
                }
                with (out / "log.jsonl").open("a") as log:
                    log.write(json.dumps(record) + "\n")
                print(line(record, pace.left()), flush=True)
                sums, counts = {}, {}
            if settings.snapshot_steps and trainer.step % settings.snapshot_steps == 0:
                trainer.snapshot(out / f"snapshot-{trainer.step:06d}.pt")
            if now - saved > CHECKPOINT_EVERY:
                trainer.save(saved_to)
                saved = now
            if now - pictured > 60 * settings.picture_minutes:
                _look(trainer, windows, out)
                pictured = now
    if first:
        trainer.save(saved_to)
        _look(trainer, windows, out)
        ended = f"stopped at step {trainer.step}; continue with `{again}`" if trainer.done() < 1 else "done"
        print(f"Training {ended}: {saved_to}", flush=True)
    return trainer
