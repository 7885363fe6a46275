"""Promises of the whole, in a real browser."""
