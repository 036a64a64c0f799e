"""Melodies that go on: their events, their networks and base lines, and the figures of what they write."""
