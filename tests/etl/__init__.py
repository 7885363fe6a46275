"""Tests of the loading room."""
