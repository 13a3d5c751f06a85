"""A whole programme put in the database from a file."""
