"""Other people's real exports, loaded from end to end."""
