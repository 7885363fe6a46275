"""Forecasts of where incidents will be."""
