"""What an authority reads before it accredits an install: the file, and the draft of its decision."""
