"""Two real processes under `torchrun`, on one machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

TRAINING = Path(__file__).resolve().parents[1]
#: Each process trains the smallest network, then writes down its state.
SCRIPT = """
import hashlib, json, sys
from pathlib import Path
from continuo_training.adversarial import distributed, session
from continuo_training.adversarial.settings import Settings
from tests.test_data import Synthetic
from tests.test_network import SMALL

out, most, resume = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "resume"
settings = Settings(
    batch=4, most_steps=most, minutes=1e6, threads=1, snapshot_steps=0, bfloat16=False, adversary_from=0,
    adversary_every=1, warm_up=1, rate=1e-3,
)
trainer = session.run(out, out, settings, resume, None, Synthetic(), SMALL)
digest = hashlib.sha256()
for value in trainer.game.state_dict().values():
    digest.update(value.numpy().tobytes())
found = {"step": trainer.step, "weights": digest.hexdigest()}
(out / f"found-{distributed.rank()}.json").write_text(json.dumps(found))
"""


def trained(out: Path, most: int, how: str) -> list[dict[str, object]]:
    """The final state of each of two processes."""
    script = out / "trained.py"
    script.write_text(SCRIPT)
    line = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script)]
    found = subprocess.run(
        [*line, str(out), str(most), how],
        cwd=TRAINING,
        env={**os.environ, "PYTHONPATH": str(TRAINING), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert found.returncode == 0, found.stderr[-3000:]
    return [json.loads((out / f"found-{rank}.json").read_text()) for rank in range(2)]


@pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch was built without distributed training")
def test_two_processes_keep_the_same_weights_and_continue(tmp_path: Path) -> None:
    first = trained(tmp_path, 3, "anew")
    assert [t["step"] for t in first] == [3, 3] and first[0]["weights"] == first[1]["weights"]
    again = trained(tmp_path, 5, "resume")
    assert [t["step"] for t in again] == [5, 5] and again[0]["weights"] == again[1]["weights"]
    assert again[0]["weights"] != first[0]["weights"]
