"""Frames in, pictures out: theme, words, figures, maps, components. No SQL, no files, no requests."""
