"""The versions of the schema that amendments made, and what differs between two of them."""
