"""A schema that begins: the guided page, and what an install without one shows."""
