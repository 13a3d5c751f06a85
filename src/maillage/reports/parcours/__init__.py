"""The legal course on paper: where it stands, and the index of its file."""
