"""Words, colours and figures."""
