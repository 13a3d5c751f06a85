"""What is covered and what is missing."""
