"""`python -m continuo_training prepare|train|export|reference|evaluate|report|card|from|grooves`."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
from dataclasses import fields
from pathlib import Path

from .errors import StepError

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
#: Settings that an option switches off.
SWITCHES = {
    "bfloat16": ("--float32", "compute in single precision"),
    "adversary": ("--no-adversary", "train without it: the ablation of the report"),
    "notes": ("--keep-notes", "leave what writes the notes; velocities, timing, style encoder and adversary learn"),
    "style_space": ("--keep-styles", "leave the style encoder and the genres' points"),
}


def _train_arguments(parser: argparse.ArgumentParser) -> None:
    """The settings as options; what is not given is absent, so that a run that goes on keeps its own."""
    from .settings import Settings

    for field in fields(Settings):
        if field.name in SWITCHES:
            option, meaning = SWITCHES[field.name]
            parser.add_argument(option, dest=field.name, action="store_false", default=argparse.SUPPRESS, help=meaning)
        else:
            parser.add_argument(
                f"--{field.name.replace('_', '-')}", type=type(field.default), default=argparse.SUPPRESS,
                help=f"default: {field.default}",
            )  # fmt: skip
    parser.add_argument("--run", type=Path, help="the run's folder, for a second run beside the first")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on from the last checkpoint, with its settings but for those given now",
    )
    parser.add_argument("--start-from", type=Path, help="take over a checkpoint's or an exported model's weights")


def _commit(given: str) -> str:
    if given:
        return given
    head = ["git", "-C", str(HERE), "rev-parse", "--short=12", "HEAD"]
    found = subprocess.run(head, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def _prepare(a: argparse.Namespace, prepared: Path) -> None:
    from .performance import add_performance
    from .prepare import prepare

    refused = prepare(a.data, prepared) + add_performance(a.data, prepared, a.most_files, a.without)
    for reason in refused:
        print(f"left out: {reason}")


def _train(a: argparse.Namespace, prepared: Path) -> None:
    from .session import kept_settings, run
    from .settings import Settings

    out = a.run or a.work
    given = {f.name: getattr(a, f.name) for f in fields(Settings) if hasattr(a, f.name)}
    settings = kept_settings(out, given) if a.resume else Settings(**given)
    run(prepared, out, settings, a.resume, a.start_from)


def _evaluate(a: argparse.Namespace, prepared: Path) -> None:
    from .evaluate import write
    from .report import evaluate

    others = {name: Path(path) for name, path in (pair.split("=", 1) for pair in a.other)}
    shipped = a.models / "continuo.onnx"
    program = (a.continuo, shipped) if a.continuo else None
    out = a.work / "evaluation.json"
    results = evaluate(prepared, a.model or shipped, out, others, a.most, a.steps, a.without, program, a.anew)
    write(results | {"command": _command(a)}, out)
    _report(a)


def _report(a: argparse.Namespace) -> None:
    from .measured import stored
    from .report_text import picture, text
    from .verdicts import benchmarks

    results = stored(a.work / "evaluation.json")
    if not results.get("genres"):
        raise StepError("The evaluation has measured no genre yet: run `evaluate` to its end.")
    model = a.models / "continuo.onnx"
    megabytes = model.stat().st_size / 1e6 if model.exists() else None
    times = benchmarks(ROOT / "docs" / "benchmarks.csv")
    command = results.get("command", "cargo xtask evaluate")
    (a.models / "EVALUATION.md").write_text(text(results, command, times, megabytes))
    picture(results, a.models / "evaluation.png")
    print(f"written: {a.models / 'EVALUATION.md'}")


def _command(a: argparse.Namespace) -> str:
    """The command that makes the report."""
    asked = [f"--most {a.most}"] + ([f"--steps {a.steps}"] if "classifiers" not in a.without else [])
    asked += [f"--other '{pair.split('=', 1)[0]}=FILE'" for pair in a.other]
    return " ".join(["cargo xtask evaluate", *asked, *(f"--without {name}" for name in a.without)])


def _export(a: argparse.Namespace) -> None:
    from . import reference
    from .card import DATA_ROWS
    from .evaluate import load_networks, trained
    from .export import export, export_helpers, milliseconds

    checkpoint = a.checkpoint or a.work / "checkpoint.pt"
    networks, generator = load_networks(checkpoint), trained(checkpoint)
    found = networks.facts
    training = {
        "data": [f"{title} ({licence})" for _, title, licence, _ in DATA_ROWS],
        "steps": found["step"],
        "seconds": round(found["seconds"]),
        "commit": _commit(a.commit),
        "hardware": a.hardware,
    }
    path = a.models / "continuo.onnx"
    facts = export(generator, path, training, a.name, a.version)
    assert networks.encoder is not None  # a checkpoint always holds one
    helpers = (networks.conductor, networks.encoder)
    export_helpers(generator, *helpers, a.models, training, a.name, a.version)
    reference.write(a.models, reference.networks(generator, *helpers))
    facts["training"] |= {"settings": found["settings"], "remarks": a.remark}
    time, runtime = milliseconds(path)
    facts |= {
        "megabytes": path.stat().st_size / 1e6,
        "milliseconds": time,
        "runtime": runtime,
        "conductor": networks.conductor is not None,
        "parameters": sum(p.numel() for p in generator.parameters()),
    }
    (a.work / "facts.json").write_text(json.dumps(facts, indent=1))
    conductor = "" if networks.conductor else "; no conductor, since the run had no adversary"
    print(f"{path.name}: {facts['megabytes']:.1f} MB, {time:.1f} ms a forward pass{conductor}")


def _reference(a: argparse.Namespace) -> None:
    from . import reference

    reference.write(a.models, reference.read_back(a.models))
    print(f"written: {a.models / reference.NAME}.json and .f32")


def _card(a: argparse.Namespace) -> None:
    from .card import card
    from .evaluate import trained
    from .samples import samples

    facts = json.loads((a.work / "facts.json").read_text())
    if a.remark:
        facts["training"]["remarks"] = a.remark
    (a.models / "CARD.md").write_text(card(a.work, facts))
    samples(trained(a.work / "checkpoint.pt"), a.models / "samples.png")


def _from(a: argparse.Namespace) -> None:
    from .finetune import finetune
    from .own_files import UnusableError

    start = a.start_from or a.models / "continuo.onnx"
    try:
        finetune(a.folder, a.name, start, a.work, a.minutes, a.threads, _commit(""), a.resume)
    except UnusableError as error:
        raise StepError(f"Nothing was trained: {error}") from error


def _grooves(a: argparse.Namespace) -> None:
    import numpy as np

    from .rendered import measure

    with np.load(a.data / "npz" / "mma_openewld.npz") as data:
        measure(sorted({str(name) for name in data["groove"]}))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="continuo_training", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "data", help="the folder of data sets")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="prepared arrays and checkpoints")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="where the model and its card go")
    steps = parser.add_subparsers(dest="step", required=True)
    preparing = steps.add_parser(
        "prepare", help="clean the windows into arrays, find velocities and timing; goes on where it was"
    )
    preparing.add_argument(
        "--most-files", type=int, default=0, metavar="FILES",
        help="read velocities and timing from so many raw files of each data set (default: all)",
    )  # fmt: skip
    preparing.add_argument(
        "--without", action="append", default=[], metavar="SET", help="read neither from the raw files of this data set"
    )
    _train_arguments(steps.add_parser("train", help="train, or go on training; torchrun trains on several devices"))
    evaluation = steps.add_parser("evaluate", help="measure on validation pieces; writes EVALUATION.md")
    evaluation.add_argument("--model", type=Path, help="a checkpoint or an exported model; default: the shipped one")
    evaluation.add_argument("--other", action="append", default=[], metavar="NAME=FILE", help="another to compare")
    evaluation.add_argument("--most", type=int, default=60, help="most windows of a genre")
    evaluation.add_argument("--steps", type=int, default=300, help="training steps of the report's classifiers")
    evaluation.add_argument(
        "--without",
        action="append",
        default=[],
        choices=("spread", "nearest", "classifiers", "others"),
        help="leave this out; others: the spread of the compared models, and how well they are told from what is real",
    )
    evaluation.add_argument(
        "--continuo", type=Path, help="the program `continuo`, to arrange whole melodies with the shipped model as well"
    )
    evaluation.add_argument("--anew", action="store_true", help="measure again what was measured of the same files")
    steps.add_parser("report", help="write EVALUATION.md and its picture from what `evaluate` measured last")
    exporting = steps.add_parser("export", help="write the three ONNX files, checked against PyTorch")
    exporting.add_argument("--checkpoint", type=Path, help="default: the last checkpoint")
    exporting.add_argument("--name", default="continuo")
    exporting.add_argument("--version", required=True, help="the model's version, such as 2.3.0")
    exporting.add_argument("--hardware", default=platform.processor() or platform.machine())
    exporting.add_argument("--commit", default="", help="the commit that was trained; default: HEAD")
    exporting.add_argument("--remark", action="append", default=[], help="a line for the card on how training went")
    steps.add_parser(
        "reference", help="write reference-outputs.json and .f32 from the exported files, as `export` does"
    )
    carding = steps.add_parser("card", help="write CARD.md and samples.png")
    carding.add_argument(
        "--remark", action="append", default=[], help="in place of the remarks that `export` was given"
    )
    own = steps.add_parser("from", help="fine-tune the shipped model on your own MIDI files and install it")
    own.add_argument("folder", type=Path)
    own.add_argument("--name", required=True, help="the model's name")
    own.add_argument("--start-from", type=Path, help="the exported model to start from; default: the shipped one")
    own.add_argument("--minutes", type=float, help="how long to train; default: 5, or what the stopped run was given")
    own.add_argument("--resume", action="store_true", help="go on with a run of this name that was stopped")
    own.add_argument("--threads", type=int, default=2)
    steps.add_parser("grooves", help="measure MMA's grooves into grooves.json; needs the program mma")
    return parser


def main() -> None:
    """Runs one step."""
    a = _parser().parse_args()
    prepared = a.work / "data"
    over_data = {"prepare": _prepare, "train": _train, "evaluate": _evaluate}
    try:
        if a.step in over_data:
            over_data[a.step](a, prepared)
        else:
            alone = {
                "export": _export,
                "reference": _reference,
                "report": _report,
                "card": _card,
                "from": _from,
                "grooves": _grooves,
            }
            alone[a.step](a)
    except StepError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
