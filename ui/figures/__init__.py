"""Frames in, plotly figures out: one file a figure."""
