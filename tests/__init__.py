"""Promises the project makes, by room."""
