from typing import Any

from continuo_training.report_text import TEMPERATURES, TIMING, text

STYLES = {"nearest": {"pop": 1.0, "folk": 0.5}, "windows": 40, "away": 0.25, "lines": {"density": 0.75}}


def results(styles: bool) -> dict[str, Any]:
    part = {"eb": 0.1, "upc": 2.0, "qn": 0.5, "onsets": 4.0, "polyphony": 1.0, "range": 9.0}
    made = {
        "figures": {"bass": part},
        "in_acc": 0.91,
        "td": 0.8,
        "gaps": {"eb bass": 0.05, "upc bass": 0.45},
        "overlap": {"notes, bass": 0.7},
    }
    far = {"in_acc": 0.5, "in_acc_shuffled": 0.375, "td": 0.25, "td_shuffled": 0.5}
    real = {"figures": {"bass": part, **far}, "in_acc": 1.0, "td": 1.0}
    genre = {
        "windows": 7,
        "sets": {"real": real, "model": made, "random": made},
        "training": {"gaps": {"upc bass": 0.4, "eb bass": 0.01}, "overlap": {"pitch count, bass": 0.95}},
        "spread": {f"{t:g}": t / 2 for t in TEMPERATURES},
        "whole": {
            "melodies": 3,
            "as played": {"gap": 0.11, "in_acc": 0.97, "td": 0.83, "mended": 0.05},
            "without corrections": {"gap": 0.12, "in_acc": 0.93, "td": 0.81, "mended": 0.0},
        },
        "performed": {"bass": {n: -0.33 for n in TIMING}},
        "nearest": {"real": 0.2, "real, closest": 0.4, "model": 0.15, "model, closest": float("nan")},
    }
    return {
        "most": 60,
        "genres": {"pop": genre, "folk": genre},
        "classifiers": {"real": 0.9, "model": 0.8, "auc": 0.97},
        "styles": STYLES if styles else None,
    }


def test_the_report_shows_every_figure() -> None:
    found = text(results(True), "cargo xtask evaluate")
    assert "| model | 0.25 | 0.25 | 0.25 |" in found  # the median gap, by genre and over all
    assert "| model, largest | 0.45 | 0.45 | 0.45 |" in found
    assert (
        "| pop, upc bass | 0.45 | 0.40 |" in found and "pop, eb bass" not in found
    )  # what is far off, and the data's own
    assert "of 4, and the same" in found
    assert "| model, in-acc | 0.91 | 0.91 | 0.91 |" in found
    assert "| real less shuffled, in-acc | 0.125 | 0.125 | 0.125 |" in found
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
