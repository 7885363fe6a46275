"""What pages answer, asked as the browser asks."""
