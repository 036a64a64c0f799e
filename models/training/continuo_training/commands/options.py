"""The options of every step."""

from __future__ import annotations

import argparse
import platform
from dataclasses import fields
from pathlib import Path

from ..adversarial.settings import Settings
from .places import ROOT, TRAINING

#: Settings that an option switches off.
SWITCHES = {
    "bfloat16": ("--float32", "compute in single precision"),
    "adversary": ("--no-adversary", "train without the adversary: the ablation of the report"),
    "notes": (
        "--keep-notes",
        "do not train what writes the notes; velocities, timing, style encoder and adversary still learn",
    ),
    "style_space": ("--keep-styles", "do not train the style encoder and the genres' points"),
}
#: Settings that an option switches on.
ONLY = {"chords": "train only the layers that read finer chords, to play them and to keep to given ones"}
#: What `evaluate --without` can leave out.
SECTIONS = ("spread", "nearest", "classifiers", "others", "windows", "songs")


def _train(parser: argparse.ArgumentParser) -> None:
    """The settings as options. An option that is not given is absent, so that `--resume` keeps the run's own value."""
    for field in fields(Settings):
        if field.name in SWITCHES:
            option, meaning = SWITCHES[field.name]
            parser.add_argument(option, dest=field.name, action="store_false", default=argparse.SUPPRESS, help=meaning)
        elif field.type == "bool":
            parser.add_argument(
                f"--{field.name}", action="store_true", default=argparse.SUPPRESS, help=ONLY.get(field.name)
            )
        else:
            parser.add_argument(
                f"--{field.name.replace('_', '-')}",
                type=type(field.default),
                default=argparse.SUPPRESS,
                help=f"default: {field.default}",
            )
    parser.add_argument("--run", type=Path, help="the folder of the run, for a second run beside the first")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue from the last checkpoint with its settings; options given now replace them",
    )
    parser.add_argument("--start-from", type=Path, help="start with the weights of a checkpoint or an exported model")


def _prepare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--most-files",
        type=int,
        default=0,
        metavar="FILES",
        help="read velocities and timing from at most this many raw files of each data set (default: all)",
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="SET",
        help="read no velocities or timing from the raw files of this data set",
    )


def _sheets(parser: argparse.ArgumentParser) -> None:
    sheets = ROOT / ".." / "shared" / "harmony" / "harmony.jsonl.xz"
    parser.add_argument("--sheets", type=Path, default=sheets, help="the file of lead sheets")


def _chords(parser: argparse.ArgumentParser) -> None:
    _sheets(parser)
    parser.add_argument("--most", type=int, default=60, help="the most windows of a genre under given chords")


def _plan(parser: argparse.ArgumentParser) -> None:
    _sheets(parser)
    parser.add_argument("--checkpoint", type=Path, help="whose plan is trained; default: the last checkpoint")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)


def _harmonizer(parser: argparse.ArgumentParser) -> None:
    _sheets(parser)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--version", default="1.0.0", help="the version in the file; default: 1.0.0")
    parser.add_argument("--hardware", default="", help="what it was trained on, for the file")


def _extend(parser: argparse.ArgumentParser) -> None:
    _sheets(parser)
    networks = ("transformer", "lstm")
    parser.add_argument("--network", choices=networks, default=networks[0], help="the LSTM is smaller and faster")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true", help="continue from the last checkpoint")
    parser.add_argument("--export-only", action="store_true", help="export the last checkpoint without training")
    parser.add_argument("--version", default="1.0.0", help="the version in the file; default: 1.0.0")
    parser.add_argument("--hardware", default="", help="what it was trained on, for the file")


def _drummer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="begin with the weights of the last checkpoint")
    parser.add_argument(
        "--export-only", action="store_true", help="do not train, export and measure the last checkpoint"
    )
    parser.add_argument("--version", default="1.0.0", help="the version in the file; default: 1.0.0")
    parser.add_argument("--hardware", default="", help="what it was trained on, for the file")


def _cells(parser: argparse.ArgumentParser) -> None:
    _sheets(parser)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="begin with the weights of the last checkpoint")
    parser.add_argument(
        "--export-only", action="store_true", help="do not train, export the last checkpoint and measure it"
    )
    parser.add_argument("--continuo", type=Path, help="the program `continuo`, with which the network is measured")
    parser.add_argument("--melodies", type=int, default=40, help="the most melodies to measure with; default: 40")
    parser.add_argument("--version", default="1.0.0", help="the version in the file; default: 1.0.0")
    parser.add_argument("--hardware", default="", help="what it was trained on, for the file")


def _melodies(parser: argparse.ArgumentParser) -> None:
    _sheets(parser)
    parser.add_argument("--continuo", type=Path, help="the program `continuo`, which goes on with the melodies")
    parser.add_argument("--songs", type=int, default=150, help="the most melodies to go on with; default: 150")
    parser.add_argument("--print", action="store_true", help="print the figures instead of writing them down")


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, help="a checkpoint or an exported model; default: the shipped one")
    parser.add_argument("--other", action="append", default=[], metavar="NAME=FILE", help="another model to compare")
    parser.add_argument("--most", type=int, default=60, help="the most windows of a genre")
    parser.add_argument("--steps", type=int, default=300, help="training steps of the report's classifiers")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=SECTIONS,
        help="leave this section out; others: the spread of the compared models, and how well a classifier "
        "distinguishes them from real music; windows, songs: the first or the second half of the report",
    )
    parser.add_argument(
        "--continuo", type=Path, help="the program `continuo`, to arrange whole melodies and songs with"
    )
    parser.add_argument(
        "--songs", type=int, default=100, help="the most whole songs to arrange with --continuo; default: 100"
    )
    parser.add_argument(
        "--arrange-options", default="", metavar="OPTIONS", help="more options of `continuo arrange` for whole songs"
    )
    parser.add_argument(
        "--give-chords",
        action="store_true",
        help="arrange the songs that have a lead sheet once more, with its chord symbols in the file",
    )
    parser.add_argument(
        "--print", action="store_true", help="print the half by song instead of writing it to the report and its record"
    )
    parser.add_argument("--anew", action="store_true", help="measure again what was already measured with these files")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, help="default: the last checkpoint")
    parser.add_argument("--name", default="continuo")
    parser.add_argument("--version", required=True, help="the model's version, such as 2.3.0")
    parser.add_argument("--hardware", default=platform.processor() or platform.machine())
    parser.add_argument("--commit", default="", help="the commit that was trained; default: HEAD")
    parser.add_argument("--remark", action="append", default=[], help="a line for the card about the training")


def _distil(parser: argparse.ArgumentParser) -> None:
    networks = ("encoder", "decoder", "conductor")
    parser.add_argument(
        "--network", action="append", default=[], choices=networks, help="what is made smaller; default: all three"
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="how long each of them learns; default: 60")
    parser.add_argument("--rate", type=float, default=1e-3, help="the highest learning rate; default: 0.001")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--export-only", action="store_true", help="do not train, write the files of the last checkpoints"
    )
    parser.add_argument("--version", required=True, help="the version in the files, such as 3.1.0")
    parser.add_argument("--hardware", default="", help="what it was trained on, for the files")


def _from(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", required=True, help="the model's name")
    parser.add_argument("--start-from", type=Path, help="the exported model to start from; default: the shipped one")
    parser.add_argument("--minutes", type=float, help="how long to train; default: 5, or as the stopped run was given")
    parser.add_argument("--resume", action="store_true", help="continue a stopped run of this name")
    parser.add_argument("--threads", type=int, default=2)


def parser(description: str | None) -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    found = argparse.ArgumentParser(prog="continuo_training", description=description)
    found.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "data", help="the folder of data sets")
    found.add_argument("--work", type=Path, default=TRAINING / "work", help="prepared arrays and checkpoints")
    found.add_argument("--models", type=Path, default=ROOT / "models", help="the folder of the model and its card")
    steps = found.add_subparsers(dest="step", required=True)
    _prepare(
        steps.add_parser(
            "prepare", help="clean the windows into arrays, find velocities and timing; continues an interrupted run"
        )
    )
    _train(steps.add_parser("train", help="train, or continue training; torchrun trains on several devices"))
    _harmonizer(steps.add_parser("harmonizer", help="train and export the harmonizer, on lead sheets and windows"))
    _extend(steps.add_parser("extend", help="train and export the melody network, or the smaller one beside it"))
    _drummer(steps.add_parser("drummer", help="train, export and measure the drummer network"))
    _cells(steps.add_parser("reviser", help="train, export and measure the network of enhance and infill"))
    _cells(steps.add_parser("phrases", help="train, export and measure the networks of generate and interpolate"))
    _melodies(steps.add_parser("melodies", help="measure how melodies go on; writes the table in MELODIES.md"))
    tools = steps.add_parser("tools", help="draw three results of each of the melody's tools: tools.png")
    tools.add_argument("--continuo", type=Path, help="the program `continuo`, whose results are drawn")
    costs = steps.add_parser("costs", help="draw how cost grows: docs/costs.png")
    costs.add_argument("--measured", type=Path, required=True, metavar="FILE", help="what `cargo xtask costs` measured")
    _plan(steps.add_parser("plan", help="train the chord plan alone, on windows and on lead sheets"))
    _evaluate(steps.add_parser("evaluate", help="measure on validation pieces; writes EVALUATION.md"))
    steps.add_parser("report", help="write EVALUATION.md and its picture from what `evaluate` measured last")
    _export(steps.add_parser("export", help="write the three ONNX files, checked against PyTorch"))
    steps.add_parser(
        "reference", help="write reference-outputs.json and .f32 from the exported files, as `export` does"
    )
    steps.add_parser("renew", help="write the exported files again in the present form, with the next patch versions")
    changes = steps.add_parser(
        "changes", help="count the onsets that differ from those of an earlier form of the files"
    )
    changes.add_argument("--before", type=Path, required=True, metavar="FILE", help="the generator of the earlier form")
    changes.add_argument("--most", type=int, default=500, help="the most validation windows")
    _chords(steps.add_parser("chords", help="measure the chords of the exported files, for the card"))
    _sheets(steps.add_parser("lead-sheets", help="measure the harmonizer beside a plain baseline, for the card"))
    card = steps.add_parser("card", help="write CARD.md and samples.png")
    card.add_argument("--remark", action="append", default=[], help="replaces the remarks that `export` was given")
    _distil(steps.add_parser("distil", help="make encoder, decoder and conductor smaller, each from what it does now"))
    _from(steps.add_parser("from", help="fine-tune the shipped model on your own MIDI files and install it"))
    steps.add_parser("grooves", help="measure MMA's grooves into grooves.json; needs the program mma")
    steps.add_parser("sections", help="measure how full sections of each kind are, and print it")
    for name, what in (
        ("intensity", "measure how real songs build into the engine's curves of intensity"),
        ("fills", "choose the engine's drum fills from those of drummers"),
    ):
        table = steps.add_parser(name, help=what)
        table.add_argument("--engine", type=Path, default=ROOT, help="the repository whose table is written")
    return found
