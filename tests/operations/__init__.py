"""What people keep, in a real SQLite in WAL mode."""
