"""Errors of a step: each text says what is wrong and what to do."""

from __future__ import annotations


class StepError(Exception):
    """A step failed; the command line shows the text instead of a traceback."""


class DivergedError(StepError):
    """A loss or a gradient is NaN or infinite: the next step would ruin the weights."""
