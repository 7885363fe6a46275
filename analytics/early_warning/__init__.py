"""What is about to go wrong: detectors over counts, times and devices, and how bad what they find is."""
