"""Briefs as documents: what is so is gathered once, then written as Word, Excel, PDF and PowerPoint."""
