"""What whoever runs a step is told when it cannot go on: a sentence that says what is wrong and what to do."""

from __future__ import annotations


class StepError(Exception):
    """A step cannot be done; the text is shown instead of a traceback."""


class DivergedError(StepError):
    """A loss or a gradient is no longer a number: the weights of the next step would be worth nothing."""
