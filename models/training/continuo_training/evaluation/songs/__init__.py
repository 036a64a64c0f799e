"""What the program makes of whole songs, beside the real accompaniments of the same songs."""
