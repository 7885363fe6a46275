"""What the numbers mean: questions to the warehouse, frames out."""
