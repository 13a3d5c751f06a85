"""What is typed, read and written back: the form of an object, texts, tables."""
