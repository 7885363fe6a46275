"""The sections of reports, each made from a subject."""
