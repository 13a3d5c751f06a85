"""Needs × access to deficits, over-concentration and portraits."""
