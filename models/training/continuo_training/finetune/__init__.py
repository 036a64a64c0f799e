"""Fine-tunes the shipped model on a user's own MIDI files."""
