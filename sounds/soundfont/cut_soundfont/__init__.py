"""Cuts a small General MIDI SoundFont from a large one."""
