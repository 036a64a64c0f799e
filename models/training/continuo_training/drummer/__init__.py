"""The drummer: a network that makes drum parts for a rhythm, and gives drum parts a drummer's loudness and timing."""
