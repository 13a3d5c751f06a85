"""Good practices and labels."""
