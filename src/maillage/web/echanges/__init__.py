"""Spaces for exchange: messages, documents and good practices of a theme in an arrondissement."""
