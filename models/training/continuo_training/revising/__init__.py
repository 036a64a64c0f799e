"""The reviser: notes of a melody from the notes around them, and which of its notes are wrong."""
