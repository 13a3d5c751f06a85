"""Changing an object: forms, conflicts, undo."""
