"""The chord plan's own training, on what the finished encoder reads."""
