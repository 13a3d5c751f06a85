"""The one reader of an atlas: its format, its tables, its figures."""
