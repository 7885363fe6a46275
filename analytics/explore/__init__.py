"""What an analyst picks out of a view, and what each linked view shows of it."""
