"""Edits of the offer and their impact; where to place. Empty room: the what-if workshop comes later."""
