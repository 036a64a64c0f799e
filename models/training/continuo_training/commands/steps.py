"""The steps, each from its options. Imports stand inside the steps: most of them load PyTorch, which takes seconds."""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base.contract import ENCODER_FILE
from ..base.errors import StepError
from .places import ROOT, TRAINING

if TYPE_CHECKING:
    from ..report.contents import Report
    from ..report.records import ModelRecord


def _commit(given: str) -> str:
    if given:
        return given
    head = ["git", "-C", str(TRAINING), "rev-parse", "--short=12", "HEAD"]
    found = subprocess.run(head, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def _prepared(a: argparse.Namespace) -> Path:
    folder: Path = a.work / "data"
    return folder


def _records(a: argparse.Namespace) -> Path:
    """The folder of the model's records: that of the repository, unless the model is elsewhere."""
    folder: Path = a.models / "training" / "records"
    return folder


def prepare(a: argparse.Namespace) -> None:
    """Reads the data sets into arrays."""
    from ..data.performance import add_performance
    from ..data.prepare import prepare as prepare_windows

    prepared = _prepared(a)
    refused = prepare_windows(a.data, prepared) + add_performance(a.data, prepared, a.most_files, a.without)
    for reason in refused:
        print(f"left out: {reason}")


def train(a: argparse.Namespace) -> None:
    """Trains, or continues training."""
    from ..adversarial.session import kept_settings, run
    from ..adversarial.settings import Settings

    out = a.run or a.work
    given = {f.name: getattr(a, f.name) for f in fields(Settings) if hasattr(a, f.name)}
    settings = kept_settings(out, given) if a.resume else Settings(**given)
    run(_prepared(a), out, settings, a.resume, a.start_from)


def plan(a: argparse.Namespace) -> None:
    """Trains the chord plan of a checkpoint on windows and lead sheets."""
    from ..planning.plan_run import run
    from ..planning.plan_training import PlanSettings

    settings = PlanSettings(minutes=a.minutes, seed=a.seed)
    start = a.checkpoint or a.work / "checkpoint.pt"
    run(_prepared(a), a.sheets, a.work / "plan", start, settings, a.threads)


def harmonizer(a: argparse.Namespace) -> None:
    """Trains the harmonizer for the styles of the shipped generator, and writes its file beside it."""
    from ..data.catalogue import CATALOGUE, LEAD_SHEETS
    from ..export import reference_outputs
    from ..export.onnx_files import export_harmonizer
    from ..export.onnx_weights import generator_of
    from ..planning.harmonizer_training import HarmonizerSettings, run

    generator = generator_of(a.models / "continuo.onnx")
    points = generator.styles.weight.detach()
    settings = HarmonizerSettings(minutes=a.minutes, seed=a.seed)
    found, steps = run(_prepared(a), a.sheets, a.data, a.work / "harmonizer", points, settings, a.threads)
    training = {
        "data": [f"{s.title} ({s.licence})" for s in (*CATALOGUE, *LEAD_SHEETS)],
        "steps": steps,
        "seconds": round(60 * a.minutes),
        "commit": _commit(""),
        "hardware": a.hardware,
    }
    export_harmonizer(generator, found, a.models, training, "harmonizer", a.version)
    reference_outputs.write(a.models, reference_outputs.read_back(a.models))
    print(f"written: {a.models / 'harmonizer.onnx'}")


def extend(a: argparse.Namespace) -> None:
    """Trains a melody network and writes its file."""
    from ..data.catalogue import CATALOGUE, LEAD_SHEETS
    from ..melodies.export import export as export_melody
    from ..melodies.training import MelodySettings, corpus_in, load, run, steps_of

    folder = a.work / "melodies"
    settings = MelodySettings(minutes=a.minutes, seed=a.seed)
    if not a.export_only:
        run(a.network, corpus_in(folder, a.data, a.sheets), folder, settings, a.threads, a.resume)
    checkpoint = folder / f"{a.network}.pt"
    if not checkpoint.exists():
        raise StepError(f"There is no {checkpoint}: run `extend` without --export-only first.")
    steps, seconds = steps_of(checkpoint)
    training = {
        "data": [f"{s.title} ({s.licence})" for s in (*CATALOGUE, *LEAD_SHEETS)],
        "steps": steps,
        "seconds": seconds,
        "commit": _commit(""),
        "hardware": a.hardware,
    }
    print(f"written: {export_melody(load(a.network, checkpoint), a.models, training, a.version)}")


def drummer(a: argparse.Namespace) -> None:
    """Trains the drummer network, writes its file, and measures it."""
    from ..base.marked_text import replace_marked
    from ..data.catalogue import CATALOGUE
    from ..drummer.export import export as export_drummer
    from ..drummer.figures import measure, text
    from ..drummer.strokes import read_performances
    from ..drummer.training import load, run
    from ..melodies.averaged import Minutes, steps_of

    checkpoint = a.work / "drummer" / "drummer.pt"
    played = read_performances(a.data / "groove" / "files.tar.xz")
    if not a.export_only:
        minutes = Minutes(minutes=a.minutes, rate=1.5e-3, weight_decay=0.05, seed=a.seed)
        run(played, checkpoint, minutes, a.threads, checkpoint if a.resume else None)
    if not checkpoint.exists():
        raise StepError(f"There is no {checkpoint}: run `drummer` without --export-only first.")
    steps, seconds = steps_of(checkpoint)
    training = {
        "data": [f"{s.title} ({s.licence})" for s in CATALOGUE if s.name == "groove_drums"],
        "steps": steps,
        "seconds": seconds,
        "commit": _commit(""),
        "hardware": a.hardware,
    }
    network = load(checkpoint)
    print(f"written: {export_drummer(network, played, a.models, training, 'drummer', a.version)}")
    found = measure(network, played)
    (_records(a) / "drummer.json").write_text(json.dumps(found, indent=1) + "\n")
    replace_marked(a.models / "DRUMMER.md", text(found))
    print(f"written: {a.models / 'DRUMMER.md'}")


def reviser(a: argparse.Namespace) -> None:
    """Trains the reviser, writes its file, and measures it with the program."""
    from ..revising import export, figures, training

    _cells(a, "reviser", training, export, figures)


def phrases(a: argparse.Namespace) -> None:
    """Trains the space of phrases, writes its files, and measures it with the program."""
    from ..phrases import export, figures, training

    _cells(a, "phrases", training, export, figures)


def _cells(a: argparse.Namespace, name: str, training: Any, export: Any, figures: Any) -> None:
    """Trains, exports and measures a network over cells, with the modules of its room."""
    from ..base.marked_text import replace_marked
    from ..data.catalogue import CATALOGUE, LEAD_SHEETS
    from ..melodies.averaged import Minutes, steps_of
    from ..melodies.training import corpus_in

    folder = a.work / "melodies"
    corpus = corpus_in(folder, a.data, a.sheets)
    checkpoint = folder / f"{name}.pt"
    if not a.export_only:
        minutes, start = Minutes(minutes=a.minutes, seed=a.seed), checkpoint if a.resume else None
        training.run(corpus, checkpoint, minutes, a.threads, start)
    if not checkpoint.exists():
        raise StepError(f"There is no {checkpoint}: run `{name}` without --export-only first.")
    steps, seconds = steps_of(checkpoint)
    facts = {
        "data": [f"{s.title} ({s.licence})" for s in (*CATALOGUE, *LEAD_SHEETS)],
        "steps": steps,
        "seconds": seconds,
        "commit": _commit(""),
        "hardware": a.hardware,
    }
    print(f"written: {export.export(training.load(checkpoint), a.models, facts, a.version)}")
    if a.continuo is None:
        print("not measured: --continuo names no program (build it with the new files first)")
        return
    found = figures.measure(corpus, a.models, a.continuo.absolute(), a.melodies)
    (_records(a) / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")
    replace_marked(a.models / "PHRASES.md", figures.text(found), name)
    print(f"written: {a.models / 'PHRASES.md'}")


def melodies(a: argparse.Namespace) -> None:
    """Measures how melodies go on, beside the real ones, the chain and the LSTM."""
    from ..melodies.report import measure, text, write_into

    if a.continuo is None:
        raise StepError("Name the program with --continuo: what it writes is measured.")
    found = measure(a.data, a.sheets, a.work / "melodies", a.continuo.absolute(), a.songs)
    if a.print:
        print(text(found))
    else:
        (_records(a) / "melodies.json").write_text(json.dumps(found, indent=1) + "\n")
        write_into(a.models / "MELODIES.md", found)
        print(f"written: {a.models / 'MELODIES.md'}")


def tools(a: argparse.Namespace) -> None:
    """Draws three results of each tool."""
    from ..report.tools_picture import draw, rolls

    if a.continuo is None:
        raise StepError("Name the program with --continuo: what it writes is drawn.")
    draw(rolls(a.continuo.absolute(), ROOT / "tests" / "tunes"), a.models / "tools.png")
    print(f"written: {a.models / 'tools.png'}")


def costs(a: argparse.Namespace) -> None:
    """Draws how cost grows."""
    from ..report.costs import Machine, charts, draw, read

    picture = a.measured.with_suffix(".png")
    draw(charts(read(a.measured), a.models, Machine.measured()), picture)
    print(f"written: {picture}")


def evaluate(a: argparse.Namespace) -> None:
    """Measures the model, by window and by song, and writes the report."""
    if "windows" not in a.without:
        _evaluate_windows(a)
    if "songs" not in a.without and a.continuo:
        _evaluate_songs(a)
    if not a.print:
        report(a)


def _evaluate_windows(a: argparse.Namespace) -> None:
    from ..evaluation.evaluate import evaluate as measure

    others = {name: Path(path) for name, path in (pair.split("=", 1) for pair in a.other)}
    shipped = a.models / "continuo.onnx"
    program = (a.continuo, shipped) if a.continuo else None
    model, out = a.model or shipped, a.work / "evaluation.json"
    measure(_prepared(a), model, out, others, a.most, a.steps, a.without, program, a.anew, _command(a))


def _evaluate_songs(a: argparse.Namespace) -> None:
    """Needs neither PyTorch nor prepared arrays."""
    from ..evaluation.songs.arranging import Program
    from ..evaluation.songs.measure import measure_songs
    from ..report import records
    from ..report.rendering import songs_text

    model = a.model or (None if a.models == ROOT / "models" else a.models / "continuo.onnx")
    if model is not None and model.suffix != ".onnx":
        print(f"left out: whole songs, since the program plays exported models only, not {model}")
        return
    program = Program(a.continuo.absolute(), shlex.split(a.arrange_options), model and model.absolute())
    options = [f"--songs {a.songs}"] + ([f"--arrange-options '{a.arrange_options}'"] if a.arrange_options else [])
    options += ["--give-chords"] if a.give_chords else []
    command = " ".join(["cargo xtask evaluate --without windows", *options])
    found = measure_songs(a.data, a.data.parent / "harmony", program, a.songs, command, a.give_chords)
    if a.print:
        print(songs_text(found))
    else:
        records.write(found, SONGS, _records(a))


def _command(a: argparse.Namespace) -> str:
    """The command that makes the report."""
    asked = [f"--most {a.most}"] + ([f"--steps {a.steps}"] if "classifiers" not in a.without else [])
    asked += [f"--other '{pair.split('=', 1)[0]}=FILE'" for pair in a.other]
    return " ".join(["cargo xtask evaluate", *asked, *(f"--without {name}" for name in a.without)])


#: The record of the half by song.
SONGS = "songs.json"


def report(a: argparse.Namespace) -> None:
    """Writes the report from what `evaluate` measured last: in the work folder, or else as it is recorded."""
    from ..evaluation.songs.results import SongResults
    from ..report import records
    from ..report.contents import Report
    from ..report.machine import benchmarks, machine_results
    from ..report.rendering import evaluation_text

    kept = _records(a)
    if (a.work / "evaluation.json").exists():
        found = _measured_report(a)
        records.write(found, "evaluation.json", kept)
    else:
        found = records.read(Report, "evaluation.json", kept)
        print(f"There is no {a.work / 'evaluation.json'}: rendered from {kept}.")
    model = a.models / "continuo.onnx"
    files = [f for f in (model, a.models / ENCODER_FILE) if f.exists()]
    megabytes = sum(f.stat().st_size for f in files) / 1e6 if model.exists() else None
    machine = machine_results(benchmarks(ROOT / "docs" / "benchmarks.csv"), megabytes)
    songs = records.read(SongResults, SONGS, kept) if (kept / SONGS).exists() else None
    text = evaluation_text(found, records.read(records.Stages, "stages.json"), machine, songs)
    (a.models / "EVALUATION.md").write_text(text)
    print(f"written: {a.models / 'EVALUATION.md'}")


def _measured_report(a: argparse.Namespace) -> Report:
    """The report of the evaluation in the work folder; also draws its picture."""
    from ..evaluation import classifiers, comparison, nearest, spread, style_space, whole_melodies
    from ..evaluation import evaluate as whole
    from ..evaluation.stored import stored
    from ..report.contents import Method
    from ..report.picture import picture
    from ..report.summarise import summarise

    results = stored(a.work / "evaluation.json")
    if not results.genres:
        raise StepError("The evaluation has measured no genre yet: run `evaluate` to its end.")
    method = Method(
        draws=whole.DRAWS,
        training_windows=comparison.TRAINING_WINDOWS,
        nearest_windows=nearest.NEAREST_WINDOWS,
        classifier_batch=classifiers.BATCH,
        melody_bars=4 * whole_melodies.LENGTH,
        style_windows=style_space.STYLE_WINDOWS,
        rate_floor=comparison.RATE_FLOOR,
        spread_takes=spread.SPREAD_TAKES,
    )
    picture(results, a.models / "evaluation.png")
    return summarise(results, method, "`evaluate`, from evaluation.json of its run")


def export(a: argparse.Namespace) -> None:
    """Writes the ONNX files and what the card needs to know of them."""
    from ..data.catalogue import CATALOGUE
    from ..evaluation.load_networks import load_networks, trained
    from ..export import reference_outputs
    from ..export.onnx_files import export as export_generator
    from ..export.onnx_files import export_helpers, milliseconds

    checkpoint = a.checkpoint or a.work / "checkpoint.pt"
    networks, generator = load_networks(checkpoint), trained(checkpoint)
    found = networks.facts
    training = {
        "data": [f"{s.title} ({s.licence})" for s in CATALOGUE],
        "steps": found["step"],
        "seconds": round(found["seconds"]),
        "commit": _commit(a.commit),
        "hardware": a.hardware,
    }
    path = a.models / "continuo.onnx"
    facts = export_generator(generator, path, training, a.name, a.version)
    assert networks.encoder is not None  # a checkpoint always holds one
    helpers = (networks.conductor, networks.encoder)
    export_helpers(generator, *helpers, a.models, training, a.name, a.version)
    # Of the weights as the files hold them.
    reference_outputs.write(a.models, reference_outputs.read_back(a.models))
    facts["training"] |= {"settings": found["settings"], "remarks": a.remark}
    time, runtime = milliseconds(path)
    facts |= {
        "megabytes": (path.stat().st_size + path.with_name(ENCODER_FILE).stat().st_size) / 1e6,
        "milliseconds": time,
        "runtime": runtime,
        "conductor": networks.conductor is not None,
        "parameters": sum(p.numel() for p in generator.parameters()),
    }
    (a.work / "facts.json").write_text(json.dumps(facts, indent=1))
    conductor = "" if networks.conductor else "; no conductor, since the run had no adversary"
    print(f"{path.name}: {facts['megabytes']:.1f} MB, {time:.1f} ms a forward pass{conductor}")


def reference(a: argparse.Namespace) -> None:
    """Writes the reference outputs of the exported files."""
    from ..export import reference_outputs

    reference_outputs.write(a.models, reference_outputs.read_back(a.models))
    print(f"written: {a.models / reference_outputs.NAME}.json and .f32")


def renew(a: argparse.Namespace) -> None:
    """Writes the exported files again in the present form, and the reference outputs with them."""
    from ..export import reference_outputs
    from ..export.renewed import renew as renew_files

    for name, version in renew_files(a.models).items():
        print(f"{name}: {version}, {(a.models / name).stat().st_size / 1e6:.1f} MB")
    reference_outputs.write(a.models, reference_outputs.read_back(a.models))


def changes(a: argparse.Namespace) -> None:
    """Prints how many onsets another form of the model's files changes."""
    from ..evaluation.onset_changes import measure

    found = measure(_prepared(a), a.before, a.models / "continuo.onnx", a.most)
    gone = f"{found.missing} ({100 * found.missing / max(found.onsets, 1):.3f} %) are missing"
    print(f"of {found.onsets} onsets in {found.windows} windows, {gone} and {found.added} are new")


def card(a: argparse.Namespace) -> None:
    """Writes the card: of the run in the work folder, or else of the model that is recorded."""
    from ..planning.chord_figures import ChordFigures
    from ..planning.harmonizer_figures import HarmonizerFigures
    from ..report import records
    from ..report.contents import Report
    from ..report.rendering import card_text

    kept = _records(a)
    if (a.work / "facts.json").exists():
        model = _measured_model(a)
    else:
        model = records.read(records.ModelRecord, "model.json", kept)
        print(f"There is no {a.work / 'facts.json'}: rendered from {kept}.")
    if a.remark:
        model.training.remarks = a.remark
    records.write(model, "model.json", kept)
    stages, report = records.read(records.Stages, "stages.json"), records.read(Report, "evaluation.json", kept)
    chord_figures = records.read(ChordFigures, "chords.json", kept)
    harmonizer_figures = records.read(HarmonizerFigures, "harmonizer.json", kept)
    (a.models / "CARD.md").write_text(card_text(model, stages, report, chord_figures, harmonizer_figures))
    print(f"written: {a.models / 'CARD.md'}")


def _measured_model(a: argparse.Namespace) -> ModelRecord:
    """The record of the run in the work folder; also draws its samples."""
    from ..evaluation.load_networks import trained
    from ..evaluation.sample_rolls import TEMPERATURE, samples
    from ..report.records import model_record

    samples(trained(a.work / "checkpoint.pt"), a.models / "samples.png")
    return model_record(a.work, TEMPERATURE)


def distil(a: argparse.Namespace) -> None:
    """Trains smaller networks on what the shipped ones do, and replaces their files."""
    from ..distil.step import NETWORKS, train, write_files
    from ..melodies.averaged import Minutes

    minutes = Minutes(minutes=a.minutes, rate=a.rate, weight_decay=0.01, average=0.998, seed=a.seed)
    if not a.export_only:
        for name in a.network or NETWORKS:
            train(name, a.models, _prepared(a), a.work / "distil", minutes)
    for name in write_files(a.work / "distil", a.models, a.version, _commit(""), a.hardware):
        print(f"written: {a.models / name}")


def chords(a: argparse.Namespace) -> None:
    """Measures the chords of the exported files, for the card."""
    from ..planning.chord_figures import measure
    from ..report import records

    found = measure(_prepared(a), a.sheets, a.models / "continuo.onnx", a.most)
    records.write(found, "chords.json", _records(a))
    print(f"written: {_records(a) / 'chords.json'}")


def lead_sheets(a: argparse.Namespace) -> None:
    """Measures the exported harmonizer beside a plain baseline, for the card."""
    from ..planning.harmonizer_figures import measure
    from ..report import records

    records.write(measure(a.sheets, a.data, a.models), "harmonizer.json", _records(a))
    print(f"written: {_records(a) / 'harmonizer.json'}")


def fine_tune(a: argparse.Namespace) -> None:
    """Fine-tunes the shipped model on a folder of MIDI files."""
    from ..finetune.fine_tuning import finetune
    from ..finetune.own_files import UnusableError

    start = a.start_from or a.models / "continuo.onnx"
    try:
        finetune(a.folder, a.name, start, a.work, a.minutes, a.threads, _commit(""), a.resume)
    except UnusableError as error:
        raise StepError(f"Nothing was trained: {error}") from error


def grooves(a: argparse.Namespace) -> None:
    """Measures MMA's grooves."""
    import numpy as np

    from ..data.mma_grooves import measure

    with np.load(a.data / "npz" / "mma_openewld.npz") as data:
        measure(sorted({str(name) for name in data["groove"]}))


def intensity(a: argparse.Namespace) -> None:
    """Measures how real songs build, for the engine's intensity."""
    from ..data.fullness import measure
    from ..export.engine_tables import CURVES, curves_text

    _written(a.engine / CURVES, curves_text(*measure(a.data)))


def fills(a: argparse.Namespace) -> None:
    """Chooses the engine's drum fills."""
    from ..data.drum_fills import measure
    from ..export.engine_tables import DRUMMERS, drummers_text

    _written(a.engine / DRUMMERS, drummers_text(measure(a.data)))


def sections(a: argparse.Namespace) -> None:
    """Prints how full sections of each kind are, for the engine's intensity."""
    from ..data.section_fullness import measure

    labels = a.data.parent / "harmony" / "harmony.jsonl.xz"
    for kind, (rank, count) in measure(a.data / "pop909" / "files.tar.xz", labels).items():
        print(f"{kind}: {rank:+.2f} beside the middle of the song ({count} sections)")


def _written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"written: {path}")


STEPS: dict[str, Callable[[argparse.Namespace], None]] = {
    "prepare": prepare,
    "train": train,
    "plan": plan,
    "harmonizer": harmonizer,
    "extend": extend,
    "drummer": drummer,
    "reviser": reviser,
    "phrases": phrases,
    "melodies": melodies,
    "tools": tools,
    "costs": costs,
    "evaluate": evaluate,
    "report": report,
    "export": export,
    "reference": reference,
    "renew": renew,
    "changes": changes,
    "chords": chords,
    "lead-sheets": lead_sheets,
    "card": card,
    "distil": distil,
    "from": fine_tune,
    "grooves": grooves,
    "intensity": intensity,
    "fills": fills,
    "sections": sections,
}
