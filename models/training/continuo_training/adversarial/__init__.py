"""The training run, in which the generator plays against an adversary."""
