"""Exports in: read, map, clean, check, locate, load. The only writer of the warehouse."""
