"""Frozen samples of everything that other programs' versions will read."""
