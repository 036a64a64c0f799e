import json
from pathlib import Path
from typing import Any

import pytest

from continuo_training.errors import StepError
from continuo_training.measured import finished_genres, measured, stored
from continuo_training.report_text import TEMPERATURES, TIMING, text
from continuo_training.tables import number
from continuo_training.verdicts import benchmarks, verdicts

STYLES = {"nearest": {"pop": 1.0, "folk": 0.5}, "windows": 40, "away": 0.25, "lines": {"density": 0.75}}


def results(styles: bool) -> dict[str, Any]:
    part = {"eb": 0.1, "upc": 2.0, "qn": 0.5, "onsets": 4.0, "polyphony": 1.0, "range": 9.0}
    made = {
        "figures": {"bass": part, "in_acc": 0.48, "td": 0.3},
        "in_acc": 0.92,
        "td": 0.8,
        "gaps": {"eb bass": 0.05, "upc bass": 0.45},
        "overlap": {"notes, bass": 0.7},
    }
    best = made | {"td": 0.93, "gaps": {"eb bass": 0.05, "upc bass": 0.05}, "overlap": {"notes, bass": 0.9}}
    far = {"in_acc": 0.5, "in_acc_shuffled": 0.375, "td": 0.25, "td_shuffled": 0.5}
    real = {"figures": {"bass": part, **far}, "in_acc": 1.0, "td": 1.0}
    genre = {
        "windows": 7,
        "pieces": 3,
        "sets": {"real": real, "model": made, "random": made, "without the adversary": made, "best of 4": best},
        "training": {"gaps": {"upc bass": 0.4, "eb bass": 0.01}, "overlap": {"pitch count, bass": 0.95}},
        "spread": {f"{t:g}": t / 2 for t in TEMPERATURES},
        "whole": {
            "melodies": 3,
            "as played": {"gap": 0.11, "in_acc": 0.97, "td": 0.83, "mended": 0.05},
            "without corrections": {"gap": 0.12, "in_acc": 0.93, "td": 0.81, "mended": 0.0},
        },
        "performed": {"bass": {n: -0.33 for n in TIMING}},
        "nearest": {
            "real": 0.2,
            "real, closest": 0.4,
            "real, copies": 2,
            "model": 0.15,
            "model, closest": float("nan"),
            "model, copies": 0,
            "training windows": 1500,
        },
    }
    return {
        "most": 60,
        "genres": {"pop": genre, "folk": genre},
        "classifiers": {
            "real": 0.9,
            "model": 0.8,
            "auc": 0.97,
            "steps": 300,
            "learnt from": 2250,
            "asked about": 671,
            "others": {"2.1.0": 0.5},
        },
        "styles": STYLES if styles else None,
    }


def test_the_report_shows_every_figure() -> None:
    found = text(results(True), "cargo xtask evaluate")
    assert "| model | 0.25 | 0.25 | 0.25 |" in found  # the median gap, by genre and over all
    assert "| model, largest | 0.45 | 0.45 | 0.45 |" in found
    assert (
        "| pop, upc bass | 0.45 | 0.05 | 0.40 |" in found and "pop, eb bass" not in found
    )  # what is far off, and the data's own
    assert "of 4, and the same" in found
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
    for line in text(results(False), "x").splitlines():
        if not line.startswith("| ") and not line.startswith("|---"):
            cells = None
            continue
        count = line.count("|")
        assert cells is None or count == cells, line
        cells = count


def test_what_was_not_measured_is_not_shown() -> None:
    few = results(False)
    few["classifiers"] = None
    for genre in few["genres"].values():
        genre.pop("spread", None)
        genre.pop("nearest", None)
        genre["whole"] = None
    found = text(few, "x")
    assert (
        "## Spread" not in found
        and "## Nearest" not in found
        and "## Through" not in found
        and "## Classifiers" not in found
    )
    assert "## Timing" in found and "Best of n" not in found


def test_aims_are_judged_for_one_take_and_for_the_best_of_four() -> None:
    judged = {v.figure: v for v in verdicts(results(True), {"phrase/tract": 61.0}, 39.9)}
    large = judged["single figures that are over 0.35 off, of 4"]
    assert (large.single, large.usual, large.reached) == ("2", "0", (False, True))
    assert large.word() == "**missed** by one take, reached by the best of 4" and "2 of them" in large.why
    assert judged["median gap to the real figures"].reached == (False, True)
    assert judged["overlapping area, mean"].reached == (False, True)
    assert judged["melody followed by notes held (in-acc), lowest genre"].word() == "reached"
    assert judged["melody followed by tonal distance (TD), lowest genre"].reached == (False, True)
    assert judged["spread of takes at temperature 1"].word() == "**missed**"  # 0.5
    assert judged["genre classifier, right on generated over right on real"].word() == "**missed**"  # 0.89
    assert judged["a phrase on one thread, the fallback"].word() == "**missed**"
    assert judged["the generator's file"].word() == "reached"
    assert "a phrase on one thread, ONNX Runtime" not in judged


def test_what_says_nothing_about_the_melody_is_not_judged() -> None:
    found = results(True)
    for genre in found["genres"].values():
        genre["sets"]["real"]["figures"]["in_acc"] = 0.37
    judged = {v.figure: v for v in verdicts(found, {}, None)}
    verdict = judged["melody followed by notes held (in-acc), lowest genre"]
    assert verdict.word() == "not measured" and "cannot be measured" in verdict.why
    assert "| real nearer than shuffled, in-acc | -0.005 | -0.005 | -0.005 |" in text(found, "x")


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
    same = measured(model, {}, 60, ["nearest"], None)
    assert finished_genres(out, same) == {}
    out.write_text(json.dumps({"measured": same, "genres": {"pop": {"windows": 3}}}))
    assert finished_genres(out, measured(model, {}, 60, ["nearest"], None)) == {"pop": {"windows": 3}}
    assert finished_genres(out, measured(model, {}, 61, ["nearest"], None)) == {}
    (tmp_path / "conductor.onnx").write_bytes(b"another judge")
    assert finished_genres(out, measured(model, {}, 60, ["nearest"], None)) == {}


def test_a_report_needs_an_evaluation(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="run `evaluate` first"):
        stored(tmp_path / "evaluation.json")
    (tmp_path / "evaluation.json").write_text("{")
    with pytest.raises(StepError, match="damaged"):
        stored(tmp_path / "evaluation.json")
