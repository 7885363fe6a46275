"""The interface for programs, asked as programs do."""
