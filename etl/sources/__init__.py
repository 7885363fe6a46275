"""One file a format: each reads one kind of file into batches of text cells. They never import each other."""
