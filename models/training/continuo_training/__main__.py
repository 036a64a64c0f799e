"""`python -m continuo_training prepare|train|export|reference|evaluate|report|card|from|grooves`."""

from __future__ import annotations

from .base.errors import StepError
from .commands.options import parser
from .commands.steps import STEPS


def main() -> None:
    """Runs one step."""
    arguments = parser(__doc__).parse_args()
    try:
        STEPS[arguments.step](arguments)
    except StepError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
