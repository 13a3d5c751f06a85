"""Comités d'usagers: who sits there, when they meet, what they propose and what is kept of it."""
