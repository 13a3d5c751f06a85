"""The Django application, reading an atlas and the database of the schema."""
