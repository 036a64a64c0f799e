"""`python -m continuo_training prepare|train|evaluate|export|card`."""

from __future__ import annotations

import argparse
import json
import subprocess
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
    parser.add_argument("--start-from", type=Path, help="take over another checkpoint's weights where they fit")


def _export(a: argparse.Namespace) -> None:
    from .card import DATA_ROWS
    from .evaluate import load_generator
    from .export import export, milliseconds

    generator, found = load_generator(a.work / "checkpoint.pt")
    head = ["git", "-C", str(HERE), "rev-parse", "--short=12", "HEAD"]
    commit = a.commit or subprocess.run(head, capture_output=True, text=True, check=True).stdout.strip()
    training = {
        "data": [f"{title} ({licence})" for _, title, licence, _ in DATA_ROWS],
        "steps": found["step"],
        "seconds": round(found["seconds"]),
        "commit": commit,
        "hardware": a.hardware,
    }
    path = a.models / "continuo.onnx"
    facts = export(generator, path, training, a.name, a.version)
    facts["training"] |= {"settings": found["settings"], "remarks": a.remark}
    time, runtime = milliseconds(path)
    facts |= {
        "megabytes": path.stat().st_size / 1e6,
        "milliseconds": time,
        "runtime": runtime,
        "parameters": sum(p.numel() for p in generator.parameters()),
    }
    (a.work / "facts.json").write_text(json.dumps(facts, indent=1))
    print(f"{path.name}: {facts['megabytes']:.1f} MB, {time:.1f} ms a forward pass")


def main() -> None:
    """Runs one step."""
    parser = argparse.ArgumentParser(prog="continuo_training", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "data", help="the folder of data sets")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="prepared arrays and checkpoints")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="where the model and its card go")
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("prepare", help="clean the windows into arrays")
    _train_arguments(steps.add_parser("train", help="train, or go on training"))
    evaluation = steps.add_parser("evaluate", help="measure the last checkpoint on validation pieces")
    evaluation.add_argument("--most", type=int, default=120, help="most windows of a genre")
    exporting = steps.add_parser("export", help="write continuo.onnx from the last checkpoint")
    exporting.add_argument("--name", default="continuo-first")
    exporting.add_argument("--version", default="1.0.0")
    exporting.add_argument("--hardware", default="two cores of an AMD EPYC, shared with other work; no GPU")
    exporting.add_argument("--commit", default="", help="the commit that was trained; default: HEAD")
    exporting.add_argument("--remark", action="append", default=[], help="a line for the card on how training went")
    steps.add_parser("card", help="write CARD.md and samples.png")
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
        train(prepared, a.work, settings, a.resume, a.start_from)
    elif a.step == "evaluate":
        from .evaluate import evaluate

        evaluate(prepared, a.work / "checkpoint.pt", a.work / "evaluation.json", a.most)
    elif a.step == "export":
        _export(a)
    else:
        from .card import card
        from .evaluate import load_generator
        from .samples import samples

        facts = json.loads((a.work / "facts.json").read_text())
        (a.models / "CARD.md").write_text(card(a.work, facts))
        samples(load_generator(a.work / "checkpoint.pt")[0], a.models / "samples.png")


if __name__ == "__main__":
    main()
