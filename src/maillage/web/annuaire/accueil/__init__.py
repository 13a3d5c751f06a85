"""The reception desk: several needs at once, the sheet to hand over, orientations, what a team keeps."""
