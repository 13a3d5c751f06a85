"""The draft: what was kept of paroles, written into the programme or proposed to it."""
