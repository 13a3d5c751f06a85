"""Making a schema, and revising it at mid-term: events, what was said there, what became of each word."""
