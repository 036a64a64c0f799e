"""`python -m continuo_training prepare|train|evaluate|export|card`."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent


def _train_arguments(parser: argparse.ArgumentParser) -> None:
    from .train import Settings

    for field in fields(Settings):
        if field.name == "bfloat16":
            parser.add_argument("--float32", dest="bfloat16", action="store_false")
        else:
            parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")


def main() -> None:
    """Runs one step."""
    parser = argparse.ArgumentParser(prog="continuo_training", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "data", help="the folder of data sets")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="prepared arrays and checkpoints")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="where the model and its card go")
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("prepare", help="clean the windows into arrays")
    _train_arguments(steps.add_parser("train", help="train, or go on training"))
    a = parser.parse_args()
    prepared = a.work / "data"
    if a.step == "prepare":
        from .prepare import prepare
        from .velocity import add_velocities

        prepare(a.data, prepared)
        add_velocities(a.data, prepared)
    elif a.step == "train":
        from .train import Settings, train

        settings = Settings(**{f.name: getattr(a, f.name) for f in fields(Settings)})
        train(prepared, a.work, settings, a.resume)


if __name__ == "__main__":
    main()
