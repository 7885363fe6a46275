"""What the numbers mean, against SQL of the tests own."""
