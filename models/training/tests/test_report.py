import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from continuo_training.base.dataclass_json import parsed
from continuo_training.base.errors import StepError
from continuo_training.evaluation.results import Results
from continuo_training.evaluation.songs.results import SongResults
from continuo_training.evaluation.stored import fingerprint, finished_genres, store, stored
from continuo_training.planning.chord_figures import ChordFigures
from continuo_training.planning.harmonizer_figures import HarmonizerFigures
from continuo_training.report import records
from continuo_training.report.aim_results import aim_results
from continuo_training.report.contents import AimResult, Method, Report
from continuo_training.report.machine import benchmarks, machine_results
from continuo_training.report.rendering import card_text, evaluation_text
from continuo_training.report.summarise import PERFORMED, summarise
from continuo_training.report.tables import number

MODELS = Path(__file__).resolve().parents[2]
STYLES = {"nearest": {"pop": 1.0, "folk": 0.5}, "windows": 40, "away": 0.25, "lines": {"density": 0.75}}
METHOD = Method(
    draws=3,
    training_windows=400,
    nearest_windows=1500,
    classifier_batch=48,
    melody_bars=16,
    style_windows=40,
    rate_floor=0.05,
    spread_takes=4,
)
TEMPERATURES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)


def results(styles: bool) -> Results:
    part = {"eb": 0.1, "upc": 2.0, "qn": 0.5, "onsets": 4.0, "polyphony": 1.0, "range": 9.0}
    figures = {"windows": 7, "parts": {"bass": part}, "between": {}, "in_acc": 0.48, "td": 0.3}
    shuffled = {"in_acc_shuffled": 0.375, "td_shuffled": 0.5}
    made: dict[str, Any] = {
        "figures": figures | shuffled,
        "in_acc": 0.92,
        "td": 0.8,
        "gaps": {"eb bass": 0.05, "upc bass": 0.45},
        "overlap": {"notes, bass": 0.7},
    }
    best = made | {"td": 0.93, "gaps": {"eb bass": 0.05, "upc bass": 0.05}, "overlap": {"notes, bass": 0.9}}
    real = {"figures": figures | shuffled | {"in_acc": 0.5, "td": 0.25}, "in_acc": 1.0, "td": 1.0}
    genre = {
        "windows": 7,
        "pieces": 3,
        "sets": {"real": real, "model": made, "random": made, "without the adversary": made, "best of 4": best},
        "training": {"gaps": {"upc bass": 0.4, "eb bass": 0.01}, "overlap": {"pitch count, bass": 0.95}},
        "spread": {f"{t:g}": t / 2 for t in TEMPERATURES},
        "whole": {
            "melodies": 3,
            "kinds": {
                "as played": {"gap": 0.11, "in_acc": 0.97, "td": 0.83, "mended": 0.05},
                "without corrections": {"gap": 0.12, "in_acc": 0.93, "td": 0.81, "mended": 0.0},
            },
        },
        "performed": {"bass": {n: -0.33 for n in PERFORMED.values()}},
        "nearest": {
            "training_windows": 1500,
            "real": {"mean": 0.2, "closest": 0.4, "copies": 2},
            "model": {"mean": 0.15, "closest": float("nan"), "copies": 0},
        },
    }
    return parsed(
        Results,
        {
            "measured": {},
            "facts": {},
            "most": 60,
            "genres": {"pop": genre, "folk": genre},
            "judges": {
                "real": 0.9,
                "model": 0.8,
                "auc": 0.97,
                "steps": 300,
                "learnt_from": 2250,
                "asked_about": 671,
                "others": {"2.1.0": 0.5},
            },
            "styles": STYLES if styles else None,
        },
    )


def text(found: Results) -> str:
    stages = records.read(records.Stages, "stages.json")
    return evaluation_text(summarise(found, METHOD, "a test"), stages, [])


def test_the_report_shows_every_figure() -> None:
    found = text(results(True))
    assert "| model | 0.25 | 0.25 | 0.25 |" in found  # the median gap, by genre and over all
    assert "| model, largest | 0.45 | 0.45 | 0.45 |" in found
    assert (
        "| pop, upc bass | 0.45 | 0.05 | 0.40 |" in found and "pop, eb bass" not in found
    )  # the figure that is far off, and that of the data
    assert "of 4, beside those" in found
    assert "| model, in-acc | 0.92 | 0.92 | 0.92 |" in found
    assert "| real nearer than shuffled, in-acc | 0.125 | 0.125 | 0.125 |" in found
    assert "| real, in-acc | 0.50 | 0.50 |" in found and "| model, in-acc | 0.48 | 0.48 |" in found
    assert "| pieces | 3 | 3 |" in found and "| real, copies | 2 | 2 |" in found
    assert "lacks the adversary in the last stage of training only" in found and "U-Net GAN" in found
    assert "for 900 steps" in found and "asked about 671 real" in found and "0.50 for 2.1.0" in found
    assert "| temperature 2 | 1.00 | 1.00 |" in found
    assert "| model, closest | – | – |" in found
    assert "AUC of 0.97" in found and "90% of real and 80%" in found
    assert "| nearest | 1.00 | 0.50 | 0.75 |" in found and "density 0.75" in found
    assert "is 0.25 of the mean distance" in found and "| folk, bass | -0.33 |" in found
    assert "| in-acc, as played | 0.97 | 0.97 |" in found and "| gap, without corrections | 0.12 | 0.12 |" in found
    assert "| notes corrected, as played | 0.05 | 0.05 |" in found and "| melodies | 3 | 3 |" in found
    assert "### Folk (7 windows)" in found and "| real, bass | 0.10 | 2.00 | 0.50 | 4.0 | 1.00 | 9.0 | – |" in found


def test_every_table_has_as_many_cells_as_its_head() -> None:
    cells: int | None = None
    for line in text(results(False)).splitlines():
        if not line.startswith("| ") and not line.startswith("|---"):
            cells = None
            continue
        count = line.count("|")
        assert cells is None or count == cells, line
        cells = count


def test_sections_that_were_not_measured_are_left_out() -> None:
    few = results(False)
    few.judges = None
    for genre in few.genres.values():
        genre.spread = genre.nearest = genre.whole = None
    found = text(few)
    assert (
        "## Spread" not in found
        and "## Nearest" not in found
        and "## Through" not in found
        and "## Classifiers" not in found
    )
    assert "## Timing" in found and "Best of n" not in found


def test_aims_are_judged_for_one_take_and_for_the_best_of_four() -> None:
    machine = machine_results({"phrase/tract": 61.0}, 39.9)
    judged = {v.key: v for v in aim_results(results(True)) + machine}

    def reached(key: str) -> tuple[bool | None, bool | None]:
        return judged[key].single_reached, judged[key].usual_reached

    large = judged["large"]
    assert (large.single, large.usual, reached("large")) == (2, 0, (False, True))
    assert large.facts["count"] == 4 and large.facts["in_training"] == 2
    assert reached("gap") == reached("overlap") == (False, True)
    assert reached("in_acc") == (True, True) and reached("td") == (False, True)
    assert reached("spread") == (False, None)  # 0.5
    assert reached("classified") == (False, None)  # 0.89
    assert reached("tract") == (False, None) and reached("megabytes") == (True, None)
    assert "onnxruntime" not in judged
    stages = records.read(records.Stages, "stages.json")
    rows = evaluation_text(summarise(results(True), METHOD, "a test"), stages, machine).splitlines()
    words = {row.split(" | ")[0].removeprefix("| "): row.split(" | ")[4] for row in rows if row.count(" | ") == 5}
    assert words["single figures that are over 0.35 off, of 4"] == "**missed** by one take, reached by the best of 4"
    assert words["melody followed by notes held (in-acc), lowest genre"] == "reached"
    assert words["genre classifier, right on generated over right on real"] == "**missed**"
    assert words["a phrase on one thread, the fallback"] == "**missed**"
    assert words["the generator's file"] == "reached"


def test_a_ratio_that_says_nothing_about_the_melody_is_not_judged() -> None:
    found = results(True)
    for genre in found.genres.values():
        genre.sets["real"].figures.in_acc = 0.37
    result = next(v for v in aim_results(found) if v.key == "in_acc")
    assert result.single_reached is None and result.usual_reached is None
    row = next(line for line in text(found).splitlines() if line.startswith("| melody followed by notes held"))
    assert "| not measured |" in row and "cannot be measured" in row
    assert "| real nearer than shuffled, in-acc | -0.005 | -0.005 | -0.005 |" in text(found)


def test_rounding_puts_nothing_on_the_other_side_of_an_aim() -> None:
    assert number(0.8985, limit=0.9) == "0.898" and number(0.8985) == "0.90" and number(0.85, limit=0.9) == "0.85"


def test_benchmarks_whose_names_hold_commas(tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.csv"
    file.write_text("name,value,unit\nphrase/tract,8.5,ms\nprocess, 64 frames, five dense parts,174.3,ns\n")
    assert benchmarks(file) == {"phrase/tract": 8.5, "process, 64 frames, five dense parts": 174.3}
    assert benchmarks(tmp_path / "none.csv") == {}


def test_genres_of_the_same_files_are_not_measured_again(tmp_path: Path) -> None:
    model, out = tmp_path / "continuo.onnx", tmp_path / "evaluation.json"
    model.write_bytes(b"weights")
    same = fingerprint(model, {}, 60, ["nearest"], None)
    assert finished_genres(out, same) == {}
    found = results(True)
    found.measured = same
    store(found, out)
    assert finished_genres(out, fingerprint(model, {}, 60, ["nearest"], None)).keys() == {"pop", "folk"}
    assert finished_genres(out, fingerprint(model, {}, 61, ["nearest"], None)) == {}
    (tmp_path / "conductor.onnx").write_bytes(b"another judge")
    assert finished_genres(out, fingerprint(model, {}, 60, ["nearest"], None)) == {}


def test_results_come_back_as_they_were_stored(tmp_path: Path) -> None:
    found = results(True)
    store(found, tmp_path / "evaluation.json")
    again = stored(tmp_path / "evaluation.json")
    assert json.dumps(asdict(again)) == json.dumps(asdict(found))  # as text: NaN is not equal to itself


def test_a_report_needs_an_evaluation(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="run `evaluate` first"):
        stored(tmp_path / "evaluation.json")
    (tmp_path / "evaluation.json").write_text("{")
    with pytest.raises(StepError, match="damaged"):
        stored(tmp_path / "evaluation.json")
    (tmp_path / "evaluation.json").write_text('{"measured": {}, "facts": {}, "most": "many"}')
    with pytest.raises(StepError, match=r"Results\.most is str, not int"):
        stored(tmp_path / "evaluation.json")


def shipped_report() -> Report:
    return records.read(Report, "evaluation.json")


def without_times(report: str) -> str:
    """The report without the rows that show `docs/benchmarks.csv`, which changes with each measurement."""
    return re.sub(r"(?m)^.*docs/benchmarks\.csv.*\n", "", report)


def test_the_shipped_report_and_card_are_their_records() -> None:
    stages = records.read(records.Stages, "stages.json")
    size = [
        AimResult(
            "megabytes",
            sum((MODELS / f).stat().st_size for f in ("continuo.onnx", "encoder.onnx")) / 1e6,
            None,
            True,
            None,
        )
    ]
    written = (MODELS / "EVALUATION.md").read_text()
    songs = records.read(SongResults, "songs.json")
    assert without_times(written) == evaluation_text(shipped_report(), stages, size, songs)
    model = records.read(records.ModelRecord, "model.json")
    assert (MODELS / "CARD.md").read_text() == card_text(
        model,
        stages,
        shipped_report(),
        records.read(ChordFigures, "chords.json"),
        records.read(HarmonizerFigures, "harmonizer.json"),
    )
    # A patch version holds the same training in another form of the files.
    minor = [version.rpartition(".")[0] for version in (model.version, stages.stages[-1].name)]
    assert minor[0] == minor[1]
    # The card's run is the last one that learnt from music; what came after learnt from its networks.
    assert [s.steps for s in stages.stages if s.name == stages.last.name] == [model.training.steps]


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"no .*stages\.json"):
        records.read(records.Stages, "stages.json", tmp_path)
    (tmp_path / "stages.json").write_text('{"source": "a card"}')
    with pytest.raises(StepError, match="Stages misses field: ablation, "):
        records.read(records.Stages, "stages.json", tmp_path)
