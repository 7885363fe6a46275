"""Tests of the working calendar's room."""
