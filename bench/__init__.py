"""Speeds and memory, each beside its yardstick in the same run. `make bench`; never part of the tests."""
