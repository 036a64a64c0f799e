"""Phrases as points of a space: melodies from nothing, and the way from one to another."""
