"""What any program about music could use: keys, triads, drum voices, lines and tunes."""
