"""Measures what a model plays beside real music."""
