"""Fiches and their priority objectives."""
