"""Pieces that every page shares: the shell, panels, figures' numbers as text."""
