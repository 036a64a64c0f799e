"""The networks and how batches reach them."""
