"""Following, commenting, history."""
