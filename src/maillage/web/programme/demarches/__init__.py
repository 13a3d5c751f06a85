"""Plans kept elsewhere and their news; the road map for digital inclusion."""
