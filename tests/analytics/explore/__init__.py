"""Promises about selections and the views they link."""
