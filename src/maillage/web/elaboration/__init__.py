"""Making a schema and revising it: events, paroles collected, sorted, and what they led to."""
