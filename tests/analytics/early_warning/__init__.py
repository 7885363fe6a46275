"""Promises of the detectors of early warning."""
