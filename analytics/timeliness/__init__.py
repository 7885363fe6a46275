"""How long it takes: resolution times, stages, on time or not, what changed; open cases counted as what they are."""
