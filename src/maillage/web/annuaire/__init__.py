"""The directory kept: records of others as rows, our corrections over them, and finding a service."""
