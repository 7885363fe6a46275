"""Promises about resolution times, stages and on-time rates."""
