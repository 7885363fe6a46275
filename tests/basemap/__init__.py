"""The ground under the grids."""
