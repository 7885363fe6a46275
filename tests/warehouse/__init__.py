"""Promises of the warehouse."""
