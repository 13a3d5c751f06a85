"""Is the programme complete? What the law asks, and the house's own rule."""
