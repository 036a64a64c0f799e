"""Measures a model: what it plays, beside what is real."""
