"""Where incidents will be tomorrow and next week, how sure that is, and how often it was right."""
