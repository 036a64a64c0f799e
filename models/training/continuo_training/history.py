"""How the shipped model came to be: the stages before the last run, for its card."""

from __future__ import annotations

#: Version, from what it started, steps, minutes, options as they were run (`…`: the rest as before).
STAGES = (
    ("first networks, no chord plan", "nothing", 2_368, 23, "not recorded"),
    (
        "1.0.0",
        "the run before, where shapes agree",
        4_523,
        75,
        "`train --batch 48 --rate 6e-4 --rate-end 3e-5 --rate-adversary 3e-4 --minutes 75 --warm-up 100 --adversary-from 100 "
        "--adversary-ramp 500 --kl 0.8 --kl-ramp 300 --from-prior 0.4 --from-prior-weight 0.5 --wrong 0.5 --style-noise 0.1 "
        "--own-context 0.4` (read off the card's settings; the code changed on the way, see there)",
    ),
    (
        "1.1.0",
        "1.0.0's file",
        152,
        11,
        "`prepare --most-files 60 --without quartets --without orchestra`; `train --start-from FILE --keep-notes "
        "--no-adversary --float32 --batch 32 --reuse 8 --minutes 11 --warm-up 30 --rate 0.001 --style-pull 0.2 "
        "--style-read 0 --own-context 0.2 --timing 8 --threads 1`",
    ),
    (
        "2.0.0",
        "1.1.0's file",
        4_500,
        98,
        "`prepare`; `train --start-from FILE --batch 48 --rate 4e-4 --minutes 105 --threads 1`, stopped; `… --no-adversary "
        "--most-steps 5200`, stopped at step 3,543; `… --adversary-weight 0.1 --adversary-from 3450 --adversary-ramp 300 "
        "--rate-adversary 2e-4 --most-steps 4500`, with the adversary of a branch at its step 3,500",
    ),
    (
        "2.1.0",
        "2.0.0's last checkpoint",
        2_500,
        75,
        "`train --start-from CHECKPOINT --batch 48 --threads 1 --minutes 92 --rate 2.5e-4 --kl-ramp 1 --no-adversary "
        "--from-prior-weight 0.25 --seed 11`, stopped at step 1,518; `train --resume … --most-steps 2500 --minutes 400 "
        "--adversary-from 100 --adversary-ramp 400 --adversary-weight 0.05 --penalty 0.03`, with the adversary of a sibling "
        "run at its step 4,000",
    ),
    (
        "2.2.0",
        "2.1.0's three files",
        1_249,
        28,
        "`train --start-from ../continuo.onnx --choice 4 --batch 32 --minutes 28 --warm-up 50 --adversary-from 20 "
        "--keep-styles --seed 21`, where `../continuo.onnx` was still 2.1.0's",
    ),
)


def chain() -> list[str]:
    """The stages as a table, with the sum of their time and what else is known of them."""
    minutes, steps = sum(s[3] for s in STAGES), sum(s[2] for s in STAGES)
    return [
        "### How it came to be",
        "",
        "Each stage went on from the one before; each was trained on two shared cores, and none of them on a GPU. As the cards",
        "of the time tell them (`git log -- models/CARD.md`):",
        "",
        "| stage | started from | steps | minutes | options |",
        "|---|---|---|---|---|",
        *(f"| {name} | {start} | {count:,} | {time} | {line} |" for name, start, count, time, line in STAGES),
        f"| together | | {steps:,} | {minutes} | |",
        "",
        f"That is {minutes // 60} hours and {minutes % 60} minutes in all, without what was given up: the branches that lent 2.0.0 and 2.1.0",
        "their adversaries, and the rounds without a version in [ROUNDS.md](ROUNDS.md), whose time was not kept. Checkpoints are",
        "not kept either, so that 2.1.0 cannot be trained again exactly as it was; its files can be had, and the last stage",
        "starts from them:",
        "",
        "```sh",
        "mkdir -p work/2.1.0",
        "for f in continuo conductor style-encoder; do git show f41f120:models/$f.onnx > work/2.1.0/$f.onnx; done",
        ".venv/bin/python -m continuo_training train --start-from work/2.1.0/continuo.onnx --choice 4 --batch 32 --minutes 28 \\",
        "    --warm-up 50 --adversary-from 20 --keep-styles --seed 21",
        "```",
        "",
        "It ends by time, so that another machine does another number of steps; `--most-steps 1249 --minutes 1e6` does as many.",
        "",
        "The runs beside it in [EVALUATION.md](EVALUATION.md): *without the adversary* had the same start, steps and seed and",
        "learnt from the real chords alone, so `--no-adversary` with the rest as above; it lacks the adversary in this last stage",
        "only, since 2.1.0 had been trained against one in part. *840 steps more* went on from the last stage in the same way.",
        "The exact lines of both were not recorded beyond that.",
        "",
    ]
