"""What each arrondissement does for a theme in a year."""
