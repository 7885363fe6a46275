"""Measurements, each printed as a ratio against something named: `python -m bench.NAME`."""
