"""The command line: its options, and the steps that it runs."""
