"""Where the steps find their files by default."""

from __future__ import annotations

from pathlib import Path

#: The folder of the training code.
TRAINING = Path(__file__).resolve().parents[2]
#: The repository.
ROOT = TRAINING.parents[1]
