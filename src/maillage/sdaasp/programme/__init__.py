"""The programme of a schema as values: what it is made of, its exchange formats, its words."""
