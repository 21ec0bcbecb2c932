"""Measurements, not tests: `make bench` runs them, each beside its peers in the same run."""
