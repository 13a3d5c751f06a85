"""What a scenario does, as a note for a decision and as a comparison of several."""
