"""A smaller decoder and a smaller conductor learn what the large ones do."""
