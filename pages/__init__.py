"""One file, one page, one question: a layout and thin callbacks."""
