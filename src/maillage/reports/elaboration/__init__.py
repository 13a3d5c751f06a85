"""The making of a schema on paper: its events, what was said, what was kept of it."""
