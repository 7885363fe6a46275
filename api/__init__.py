"""The HTTP interface for programs: the same metrics as the pages, asked by the same query."""
